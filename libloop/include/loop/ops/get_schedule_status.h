// SPDX-License-Identifier: MIT
// The operation that tells how the schedules stand.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "loop/ops/any_object.h"
#include "loop/ops/operation.h"

namespace loop {

struct GetScheduleStatusRequest {
  std::optional<std::string> schedule_id;  // id or exact name; answered whatever its state
  bool include_inactive = false;
  bool format_output = true;
  std::int64_t limit = 50;
  std::int64_t offset = 0;
};

struct GetScheduleStatusAnswer {
  // Formatted: `id, name, mode, status, next_execution, last_execution, next, last_run {id,
  // outcome, duration}, consecutive_failures, created_at, updated_at, task_instructions_preview`,
  // null where there is nothing; durations in seconds. Raw: the objects as they stand in the file;
  // one that holds what JSON does not carry (a lone surrogate, a number beyond a double) comes as
  // {"id", "raw_text"}.
  std::vector<AnyObject> schedules;
  std::int64_t total_schedules = 0;           // in the file
  std::int64_t active_schedules = 0;          // with `active` true
  std::optional<std::int64_t> next_offset{};  // of the next page; nothing on the last one
};

// not_found for an unknown schedule, invalid_data while the file does not parse.
Result<GetScheduleStatusAnswer> get_schedule_status(const OperationContext& context,
                                                    const GetScheduleStatusRequest& request);

inline constexpr std::size_t kNextSlotsShown = 5;
inline constexpr std::size_t kPreviewCharacters = 200;
inline constexpr std::int64_t kSchedulesPageMax = 500;
// A page ends before the schedule that would make it longer than this; it has at least one.
inline constexpr std::size_t kSchedulesPageBytesMax = 512 * 1024;

}  // namespace loop
