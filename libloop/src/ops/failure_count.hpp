// SPDX-License-Identifier: MIT
// Failures in a row of an operation, kept in the journal, and their escalation.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "loop/domain/escalation.h"
#include "loop/ops/operation.h"

namespace loop::ops {

// `schedule` of an operation's lines in the journal: "operation:<mode>:<operation>". It stands in
// no schedules.json; `loopctl escalation` shows and closes it like that of a schedule.
ScheduleId operation_key(const ModeSlug& mode, std::string_view operation);

struct FailedOperation {
  ModeSlug mode;
  std::string operation;  // one line
  std::string error;
  std::string command;  // that failed; empty: not known
};

enum class EscalateWhen { at_limit, now };

struct CountedFailure {
  FailureVerdict verdict;
  std::optional<std::string> memory_problem;  // why the entry could not be written
  bool is_notified = false;                   // the operator's hook was started
};

// Counts one more under the dispatch lock, durably. An escalation is written to the memory first
// (once, also when a crash makes the caller come again), then to the journal, then told.
Result<CountedFailure> count_failure(const OperationContext& context, const FailedOperation& failed,
                                     EscalateWhen when);

// Counts from zero; how many failures in a row there were.
Result<int> close_failures(const OperationContext& context, const ScheduleId& key);

}  // namespace loop::ops
