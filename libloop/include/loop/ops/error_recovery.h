// SPDX-License-Identifier: MIT
// The operation to call when another one has failed: it counts, puts right what it can, and says
// what to do next.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "loop/ops/any_object.h"
#include "loop/ops/operation.h"

namespace loop {

enum class RecoveryStrategy { retry, rollback, cleanup, escalate };

struct ErrorRecoveryRequest {
  std::string operation;  // what failed, in the caller's words
  // Read of it: error (or error_message, message), code, file_path, backup_path, checkpoint,
  // command, mode: texts; resolved: true when the operation works again. Other members are allowed.
  AnyObject error_context;
  std::optional<RecoveryStrategy> recovery_strategy;  // chosen by what is wrong when not given
  bool create_checkpoint = true;
};

struct ErrorRecoveryRestored {
  std::string file_path;
  std::string restored_from;
  std::string sha256;
};

struct ErrorRecoveryAnswer {
  std::string operation;  // one line
  ModeSlug mode;
  std::string strategy;           // word of RecoveryStrategy, or "resolved"
  std::string reason;             // why this one
  std::vector<std::string> done;  // what was done, a sentence each
  std::int64_t consecutive_failures = 0;
  std::int64_t failure_limit = 0;
  bool is_escalated = false;           // by this call
  std::optional<Instant> rests_until;  // while escalated
  bool is_retry_advised = false;
  std::optional<std::int64_t> retry_delay_seconds;
  std::vector<ErrorRecoveryRestored> restored;
  std::vector<std::string> removed;
  std::optional<std::string> checkpoint;  // of how things stood before anything was changed
  std::optional<std::string> problem;     // why the strategy did not do what it should
  bool is_success = true;                 // false: there is a problem
};

// The failure is counted by mode and operation in the journal, durably and before anything else is
// done; the third in a row (engine.failure_limit) escalates whatever the strategy, and rests the
// operation as it would a schedule. `resolved` counts from zero. What a strategy could not do is in
// `problem`, since the failure was counted. Errors, with nothing changed: invalid_argument (also
// for members of error_context), outside_root, not_found for a checkpoint or backup that is no
// such thing, locked, and those of writing the journal.
Result<ErrorRecoveryAnswer> error_recovery(const OperationContext& context,
                                           const ErrorRecoveryRequest& request);

}  // namespace loop
