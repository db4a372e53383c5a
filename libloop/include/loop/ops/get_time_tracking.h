// SPDX-License-Identifier: MIT
// The operation that tells where the time went.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "loop/domain/time_ledger.h"
#include "loop/ops/operation.h"

namespace loop {

struct GetTimeTrackingRequest {
  std::optional<std::string> filter_mode;
  // One of the three, or one that an older writer left in the file.
  std::optional<std::string> filter_priority;
  // RFC 3339, or a date: its first moment in UTC for the start, its last for the end. By start of
  // the task; both ends count.
  std::optional<std::string> start_date, end_date;
  std::int64_t limit = 100;  // of entries, and of open tasks
  std::optional<TimeGrouping> group_by;
};

struct TrackedTask {
  TaskId task_id;
  std::string mode, priority, task_description, result;
  std::optional<Instant> start_time, end_time;
  std::optional<std::int64_t> duration_s;  // of an open task nothing
  std::optional<std::int64_t> elapsed_s;   // of an open task: until now
  bool is_overdue = false;                 // a todo task that took, or takes, more than an hour
};

struct TimeShare {
  std::string key;
  std::int64_t entries = 0;
  std::int64_t total_s = 0;
};

// Of all entries that match, whatever the limit. Seconds.
struct TimeAnalysis {
  std::int64_t total_entries = 0, completed = 0, open = 0;
  std::int64_t incomplete_pairs = 0;  // completed, but of unknown duration: they count in no sum
  std::int64_t total_s = 0, average_s = 0, median_s = 0, p95_s = 0;
  std::vector<TimeShare> by_mode, by_priority;  // by falling total; at most kTimeSharesMax
};

struct UnreadableTimeRow {
  std::int64_t line = 0;
  std::string reason;
};

struct GetTimeTrackingAnswer {
  std::vector<TrackedTask> entries;  // newest first, the open ones included
  std::vector<TrackedTask> open;     // newest first
  TimeAnalysis analysis;
  std::optional<std::vector<TimeShare>> groups{};  // by group_by; at most kTimeSharesMax
  std::int64_t rows = 0;                           // of the file, that were read
  std::vector<UnreadableTimeRow> unreadable_rows;  // at most kUnreadableRowsMax
  std::int64_t unreadable_count = 0;
  bool is_truncated = false;  // some list was cut; the counts are of all
};

Result<GetTimeTrackingAnswer> get_time_tracking(const OperationContext& context,
                                                const GetTimeTrackingRequest& request);

inline constexpr std::int64_t kTimeEntriesMax = 1000;
inline constexpr std::size_t kTimeSharesMax = 100;
inline constexpr std::size_t kUnreadableRowsMax = 100;
// Longer texts of old writers are cut.
inline constexpr std::size_t kTimeTextBytesMax = 1024;

}  // namespace loop
