// SPDX-License-Identifier: MIT
// Runs by id.
#include "ops/run_lookup.hpp"

#include <fmt/format.h>

#include "loop/base/text.h"
#include "loop/engine/run_record.h"

namespace loop::ops {

Result<RunSummary> find_run(const OperationContext& context, const RunId& id) {
  const EngineContext& services = context.services;
  LOOP_TRY(const History history, settled_history(services, context.engine));
  const RunSummary* run = is_run_id(id.str()) ? history.find(id) : nullptr;
  if (run != nullptr) return *run;
  std::vector<std::string> known;
  for (const RunSummary& finished : history.finished()) known.push_back(finished.id.str());
  for (const auto& [live_id, live] : history.live()) known.push_back(live_id.str());
  const std::string typed = ellipsize(to_single_line(id.str()), 120);
  return Error(Errc::not_found, fmt::format("no run \"{}\"{}; list_runs lists them", typed,
                                            did_you_mean(typed, known)));
}

}  // namespace loop::ops
