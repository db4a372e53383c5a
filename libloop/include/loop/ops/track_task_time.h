// SPDX-License-Identifier: MIT
// The operation that starts and ends the time of a task.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "loop/domain/time_ledger.h"
#include "loop/ops/operation.h"

namespace loop {

struct TrackTaskTimeRequest {
  std::string task_description;
  std::optional<ModeSlug> mode;  // the current one when not given
  Priority priority = Priority::normal;
  bool start_tracking = true;
  std::optional<TaskId> task_id;  // chosen by the caller; needed to end a task
  std::optional<std::string> result;
  std::optional<std::string> operation_id;  // the same call again is recorded once
};

struct TrackTaskTimeAnswer {
  TaskId task_id;
  std::string mode;
  std::string priority;
  std::optional<Instant> start_time;
  std::optional<Instant> end_time;
  std::optional<std::int64_t> duration_s;
  bool is_overdue = false;  // a todo task that took more than an hour
};

// Durable before it returns. not_found for an unknown id, conflict for one that has ended.
Result<TrackTaskTimeAnswer> track_task_time(const OperationContext& context,
                                            const TrackTaskTimeRequest& request);

// What a task of priority todo may take before it counts as overdue.
inline constexpr std::int64_t kTodoSecondsMax = 3600;

}  // namespace loop
