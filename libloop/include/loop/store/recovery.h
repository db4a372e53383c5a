// SPDX-License-Identifier: MIT
// What happens when a workspace is opened for writing: the state directory, and traces of crashes.
#pragma once

#include <string>
#include <vector>

#include "loop/base/clock.h"
#include "loop/base/log.h"
#include "loop/base/random.h"
#include "loop/store/file_system.h"

namespace loop {

struct RecoveryOptions {
  bool allow_network_fs = false;
};

struct RecoveryReport {
  std::vector<std::string> actions;  // one sentence each, empty when there was nothing to do
};

// Creates .loop/ with its folders and .gitignore when absent; removes temporary files of
// replace_file older than 1 h in the folders that this project writes; moves torn tails of
// task_timing.tsv and the journal aside. Idempotent and safe while others work.
// `unsupported` on a network file system unless allowed; `read_only` when nothing can be written.
Result<RecoveryReport> prepare_state(FileSystem& files, Clock& clock, RandomSource& random,
                                     Log& log, const RecoveryOptions& options = {});

// The temporary files that prepare_state would remove: older than 1 h, and held by nobody's flock.
Result<std::vector<RelativePath>> find_stale_temporaries(FileSystem& files, Clock& clock);

}  // namespace loop
