// SPDX-License-Identifier: MIT
// The operation that gives a task to an agent, in a mode, in a process of its own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <boost/json/fwd.hpp>

#include "loop/domain/time_ledger.h"
#include "loop/ops/operation.h"

namespace loop {

struct DelegateTaskRequest {
  std::string task_description;
  std::optional<ModeSlug> target_mode;  // chosen by the task's words when not given
  Priority priority = Priority::normal;
  std::string context;
  std::vector<std::string> requirements;
  std::optional<Instant> deadline;
  std::optional<std::string> agent;
  std::int64_t wait_seconds = 0;  // how long the call may wait for the end
  std::optional<std::int64_t> timeout_seconds;
};

struct DelegateTaskScore {
  ModeSlug mode;
  int score = 0;
};

struct DelegateTaskAnswer {
  RunId task_id;  // of the run
  ModeSlug mode_assigned;
  std::vector<DelegateTaskScore> scores;  // the best first; empty when the mode was given
  std::string status;                     // word of the run's phase; of a finished run its end
  std::string run_directory;              // relative to the workspace's root
  Instant deadline{};
  int depth = 1;
  std::optional<std::string> answer;  // what the agent said last, once it is over
  std::optional<std::string> reason;  // why it failed or waits
  bool is_success = true;             // false: it is over and has not succeeded
};

inline constexpr std::int64_t kDelegateWaitSecondsMax = 7200;

struct DelegationView {
  RunSummary run;
  DelegateTaskAnswer answer;  // without scores
};
// A delegated run, and what delegate_task would answer of it now; nothing when there is no such
// run, or it was not delegated.
Result<std::optional<DelegationView>> view_delegation(const OperationContext& context,
                                                      const RunId& id);
// As a call of the operation answers it.
boost::json::object to_json(const OperationContext& context, const DelegateTaskAnswer& answer);

// The errors of Engine::delegate. `cancelled` while waiting leaves the run alone.
Result<DelegateTaskAnswer> delegate_task(const OperationContext& context,
                                         const DelegateTaskRequest& request);

}  // namespace loop
