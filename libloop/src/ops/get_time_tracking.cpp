// SPDX-License-Identifier: MIT
// Entries and sums of task_timing.tsv.
#include "loop/ops/get_time_tracking.h"

#include "loop/base/text.h"
#include "loop/ops/track_task_time.h"
#include "ops/described_operation.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace loop::ops {

template <>
struct Words<TimeGrouping> {
  static constexpr std::array<std::pair<TimeGrouping, std::string_view>, 4> all{
      {{TimeGrouping::mode, "mode"},
       {TimeGrouping::priority, "priority"},
       {TimeGrouping::task, "task"},
       {TimeGrouping::day, "day"}}};
};

}  // namespace loop::ops

namespace loop {

template <class Visitor>
void describe(Visitor& visit, GetTimeTrackingRequest& request) {
  using ops::field;
  visit(field("filter_mode", request.filter_mode, "slug of a mode"));
  visit(field("filter_priority", request.filter_priority, "normal, schedule or todo"));
  visit(field("start_date", request.start_date, "date or RFC 3339 time of the first start"));
  visit(field("end_date", request.end_date, "of the last start; a date includes its day"));
  visit(field("limit", request.limit, "most entries, the newest").range(1, kTimeEntriesMax));
  visit(field("group_by", request.group_by, "adds sums by this"));
}

template <class Visitor>
void describe(Visitor& visit, TrackedTask& task) {
  using ops::field;
  visit(field("task_id", task.task_id, "empty for rows of old writers that have none"));
  visit(field("mode", task.mode, "slug of its mode"));
  visit(field("priority", task.priority, "as the row has it"));
  visit(field("task_description", task.task_description, "what was worked on"));
  visit(field("result", task.result, "how it ended"));
  visit(field("start_time", task.start_time, "when it began"));
  visit(field("end_time", task.end_time, "when it ended; absent while it is open"));
  visit(field("duration", task.duration_s, "seconds"));
  visit(field("elapsed", task.elapsed_s, "of an open task: seconds until now"));
  visit(field("overdue", task.is_overdue, "a todo task of over an hour"));
}

template <class Visitor>
void describe(Visitor& visit, TimeShare& share) {
  using ops::field;
  visit(field("key", share.key, "what the entries have in common"));
  visit(field("entries", share.entries, "how many"));
  visit(field("total_duration", share.total_s, "seconds"));
}

template <class Visitor>
void describe(Visitor& visit, TimeAnalysis& analysis) {
  using ops::field;
  visit(field("total_entries", analysis.total_entries, "all that match"));
  visit(field("completed", analysis.completed, "with an end"));
  visit(field("open", analysis.open, "without an end"));
  visit(field("incomplete_pairs", analysis.incomplete_pairs, "with an end, of unknown duration"));
  visit(field("total_duration", analysis.total_s, "seconds"));
  visit(field("average", analysis.average_s, "seconds"));
  visit(field("median", analysis.median_s, "seconds"));
  visit(field("p95", analysis.p95_s, "seconds"));
  visit(field("by_mode", analysis.by_mode, "by falling total"));
  visit(field("by_priority", analysis.by_priority, "by falling total"));
}

template <class Visitor>
void describe(Visitor& visit, UnreadableTimeRow& row) {
  using ops::field;
  visit(field("line", row.line, "in the file"));
  visit(field("reason", row.reason, "why it is not read"));
}

template <class Visitor>
void describe(Visitor& visit, GetTimeTrackingAnswer& answer) {
  using ops::field;
  visit(field("entries", answer.entries, "newest first").required());
  visit(field("open", answer.open, "tasks without an end").required());
  visit(field("analysis", answer.analysis, "figures of all that match").required());
  visit(field("groups", answer.groups, "sums by group_by"));
  visit(field("rows", answer.rows, "rows read"));
  visit(field("unreadable_rows", answer.unreadable_rows, "rows that mean nothing"));
  visit(field("unreadable_count", answer.unreadable_count, "of all of them"));
  visit(field("truncated", answer.is_truncated, "some list is cut; counts are of all"));
}

namespace {

constexpr std::size_t kDateLength = 10;
constexpr std::size_t kShownBytesMax = 80;

// The bound that is not included: a filter's end is exclusive, the argument's is not.
enum class Bound { begin, end };

Result<std::optional<Instant>> bound_of(std::string_view argument,
                                        const std::optional<std::string>& given, Bound bound) {
  if (!given) return std::optional<Instant>{};
  const bool is_date = given->size() == kDateLength;
  const auto instant = parse_instant(is_date ? *given + "T00:00:00Z" : *given);
  if (!instant) {
    return Error(Errc::invalid_argument,
                 fmt::format("argument \"{}\" is \"{}\"; allowed: a time like "
                             "2025-11-01T06:38:00Z, or a date like 2025-11-01",
                             argument, ellipsize(to_single_line(*given), kShownBytesMax)));
  }
  if (bound == Bound::begin) return instant;
  return std::optional(*instant + (is_date ? Duration{std::chrono::days{1}} : Duration{1}));
}

const std::vector<std::string>& known_priorities() {
  static const std::vector<std::string> known{"normal", "schedule", "todo"};
  return known;
}

bool is_known_priority(const std::string& priority) {
  return std::ranges::find(known_priorities(), priority) != known_priorities().end();
}

// A typing error would answer that no time was spent.
Status check_priority(const std::string& priority, const std::vector<TimeEntry>& entries) {
  if (priority.empty() || is_known_priority(priority)) return {};
  for (const TimeEntry& entry : entries) {
    if (entry.priority == priority) return {};
  }
  return Error(
      Errc::invalid_argument,
      fmt::format("argument \"filter_priority\" is \"{}\"{}; allowed: {}, or one that "
                  "stands in the file",
                  ellipsize(to_single_line(priority), kShownBytesMax),
                  did_you_mean(priority, known_priorities()), fmt::join(known_priorities(), ", ")));
}

Result<TimeFilter> filter_of(const GetTimeTrackingRequest& request) {
  TimeFilter filter;
  filter.mode = request.filter_mode.value_or("");
  filter.priority = request.filter_priority.value_or("");
  LOOP_TRY(filter.since, bound_of("start_date", request.start_date, Bound::begin));
  LOOP_TRY(filter.until, bound_of("end_date", request.end_date, Bound::end));
  if (filter.since && filter.until && *filter.since >= *filter.until) {
    return Error(Errc::invalid_argument,
                 fmt::format("argument \"start_date\" ({}) is after \"end_date\" ({})",
                             *request.start_date, *request.end_date));
  }
  return filter;
}

std::string cut(const std::string& text) {
  return ellipsize(to_valid_utf8(text), kTimeTextBytesMax);
}

TrackedTask task_of(const TimeEntry& entry, Instant now) {
  TrackedTask task{.task_id = entry.task_id,
                   .mode = cut(entry.mode),
                   .priority = cut(entry.priority),
                   .task_description = cut(entry.task),
                   .result = cut(entry.result),
                   .start_time = entry.start,
                   .end_time = entry.end,
                   .duration_s = entry.end ? entry.duration_s : std::nullopt,
                   .elapsed_s = {}};
  if (!entry.end && entry.start) {
    // A clock that was set back must not make a task last less than nothing.
    const auto elapsed = std::chrono::floor<std::chrono::seconds>(now - *entry.start);
    task.elapsed_s = std::max<std::int64_t>(0, elapsed.count());
  }
  const std::int64_t took = task.duration_s.value_or(task.elapsed_s.value_or(0));
  task.is_overdue = entry.priority == to_string(Priority::todo) && took > kTodoSecondsMax;
  return task;
}

std::vector<TimeShare> shares_of(const TimeReport& report, bool& is_truncated) {
  std::vector<TimeShare> shares;
  for (const TimeGroup& group : report.groups) {
    if (shares.size() == kTimeSharesMax) {
      is_truncated = true;
      break;
    }
    shares.push_back({cut(group.key), static_cast<std::int64_t>(group.entries), group.total_s});
  }
  return shares;
}

TimeAnalysis analyse(const std::vector<TimeEntry>& entries, const TimeFilter& filter,
                     bool& is_truncated) {
  const TimeReport by_mode = report(entries, filter, TimeGrouping::mode);
  const TimeReport by_priority = report(entries, filter, TimeGrouping::priority);
  return {.total_entries = static_cast<std::int64_t>(by_mode.total_entries),
          .completed = static_cast<std::int64_t>(by_mode.completed),
          .open = static_cast<std::int64_t>(by_mode.open),
          .incomplete_pairs = static_cast<std::int64_t>(by_mode.incomplete),
          .total_s = by_mode.total_s,
          .average_s = by_mode.average_s,
          .median_s = by_mode.median_s,
          .p95_s = by_mode.p95_s,
          .by_mode = shares_of(by_mode, is_truncated),
          .by_priority = shares_of(by_priority, is_truncated)};
}

void add_tasks(const std::vector<TimeEntry>& entries, const TimeFilter& filter, std::int64_t limit,
               Instant now, GetTimeTrackingAnswer& answer) {
  const auto most = static_cast<std::size_t>(limit);
  const auto add = [&](std::vector<TrackedTask>& tasks, const TimeEntry& entry) {
    if (tasks.size() < most) {
      tasks.push_back(task_of(entry, now));
    } else {
      answer.is_truncated = true;
    }
  };
  for (const TimeEntry& entry : entries) {
    if (!matches(entry, filter)) continue;
    add(answer.entries, entry);
    if (!entry.end) add(answer.open, entry);
  }
}

void add_rows(const TimeTable& table, GetTimeTrackingAnswer& answer) {
  answer.rows = static_cast<std::int64_t>(table.row_count);
  answer.unreadable_count = static_cast<std::int64_t>(table.unreadable.size());
  for (const UnreadableRow& row : table.unreadable) {
    if (answer.unreadable_rows.size() == kUnreadableRowsMax) {
      answer.is_truncated = true;
      return;
    }
    answer.unreadable_rows.push_back({static_cast<std::int64_t>(row.line), row.reason});
  }
}

}  // namespace

Result<GetTimeTrackingAnswer> get_time_tracking(const OperationContext& context,
                                                const GetTimeTrackingRequest& request) {
  TimeLedger& ledger = context.time;
  LOOP_TRY(const TimeFilter filter, filter_of(request));
  // Whether a word of an older writer stands in the file is seen in all of it only.
  const bool is_whole = !filter.priority.empty() && !is_known_priority(filter.priority);
  LOOP_TRY(const TimeTable table, is_whole ? ledger.read() : ledger.read(filter));
  const std::vector<TimeEntry> entries = pair_entries(table);
  LOOP_TRY_VOID(check_priority(filter.priority, entries));

  GetTimeTrackingAnswer answer;
  add_tasks(entries, filter, request.limit, context.now(), answer);
  answer.analysis = analyse(entries, filter, answer.is_truncated);
  if (request.group_by) {
    answer.groups = shares_of(report(entries, filter, *request.group_by), answer.is_truncated);
  }
  add_rows(table, answer);
  return answer;
}

namespace {

constexpr OperationInfo kInfo{
    .name = "get_time_tracking",
    .title = "Look at tracked time",
    .meaning =
        "How long tasks took and which are open, newest first, with sums by mode and priority.",
    .group = OperationGroup::orchestrator,
    .hints = {.is_read_only = true, .is_idempotent = true},
};

}  // namespace

}  // namespace loop

LOOP_DEFINE_OPERATION(get_time_tracking, loop::kInfo)
