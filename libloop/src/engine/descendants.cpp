// SPDX-License-Identifier: MIT
// Requests to stop for the runs below a run.
#include "engine/descendants.hpp"

#include <algorithm>

#include "engine/child_log.hpp"
#include "loop/engine/engine.h"
#include "loop/engine/run_tree.h"

namespace loop {

Status end_descendants(FileSystem& files, Clock& clock, RandomSource& random, Log& log,
                       const RunId& run, const std::string& reason) {
  LOOP_TRY(const auto delegated, files.info(children_path(run)));
  if (!delegated) return {};
  LOOP_TRY(const History history, read_history(files, clock, log));
  for (const RunSummary& below : live_descendants(history, run)) {
    RunDirectory directory(files, random, below.id);
    const int launch = std::max(below.launch, 1);
    LOOP_TRY_VOID(directory.make_launch(launch));
    LOOP_TRY(const auto present, directory.stop(launch));
    if (present) continue;
    LOOP_TRY_VOID(directory.write_stop(launch, {AttemptEnd::cancelled, reason, clock.now()}));
  }
  return {};
}

}  // namespace loop
