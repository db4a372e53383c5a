// SPDX-License-Identifier: MIT
// Sums over time entries: totals, median, 95th percentile, groups.
#include <algorithm>
#include <map>

#include "loop/domain/time_ledger.h"

namespace loop {

namespace {

constexpr std::string_view kUnknownKey = "unknown";

// The time that counts for filters and days.
std::optional<Instant> time_of(const TimeEntry& entry) {
  return entry.start ? entry.start : entry.end;
}

std::string key_of(const TimeEntry& entry, TimeGrouping grouping) {
  switch (grouping) {
    case TimeGrouping::mode: return entry.mode;
    case TimeGrouping::priority: return entry.priority;
    case TimeGrouping::task: return entry.task;
    case TimeGrouping::day: {
      const auto time = time_of(entry);
      return time ? format_instant(*time).substr(0, 10) : std::string{};
    }
  }
  return {};
}

// The mean of the two in the middle for an even count.
std::int64_t median_of(const std::vector<std::int64_t>& sorted) {
  if (sorted.empty()) return 0;
  const std::size_t middle = sorted.size() / 2;
  if (sorted.size() % 2 == 1) return sorted[middle];
  return (sorted[middle - 1] + sorted[middle]) / 2;
}

// The nearest rank: the smallest value that 95 of 100 do not exceed.
std::int64_t p95_of(const std::vector<std::int64_t>& sorted) {
  if (sorted.empty()) return 0;
  const std::size_t rank = (sorted.size() * 95 + 99) / 100;
  return sorted[rank - 1];
}

void count(const TimeEntry& entry, TimeReport& report, std::vector<std::int64_t>& durations) {
  ++report.total_entries;
  if (!entry.end) {
    ++report.open;
    return;
  }
  ++report.completed;
  if (!entry.duration_s) {
    ++report.incomplete;
    return;
  }
  durations.push_back(*entry.duration_s);
  report.total_s += *entry.duration_s;
}

}  // namespace

std::string_view to_string(Priority priority) noexcept {
  switch (priority) {
    case Priority::normal: return "normal";
    case Priority::schedule: return "schedule";
    case Priority::todo: return "todo";
  }
  return {};
}

bool matches(const TimeEntry& entry, const TimeFilter& filter) {
  if (!filter.mode.empty() && entry.mode != filter.mode) return false;
  if (!filter.priority.empty() && entry.priority != filter.priority) return false;
  if (!filter.since && !filter.until) return true;
  const auto time = time_of(entry);
  if (!time) return false;
  if (filter.since && *time < *filter.since) return false;
  return !filter.until || *time < *filter.until;
}

TimeReport report(std::span<const TimeEntry> entries, const TimeFilter& filter,
                  TimeGrouping grouping) {
  TimeReport report;
  std::vector<std::int64_t> durations;
  std::map<std::string, TimeGroup> groups;
  for (const TimeEntry& entry : entries) {
    if (!matches(entry, filter)) continue;
    count(entry, report, durations);
    std::string key = key_of(entry, grouping);
    if (key.empty()) key = kUnknownKey;
    TimeGroup& group = groups[key];
    group.key = key;
    ++group.entries;
    if (entry.end) group.total_s += entry.duration_s.value_or(0);
  }
  std::sort(durations.begin(), durations.end());
  if (!durations.empty()) {
    report.average_s = report.total_s / static_cast<std::int64_t>(durations.size());
  }
  report.median_s = median_of(durations);
  report.p95_s = p95_of(durations);
  for (auto& [key, group] : groups) report.groups.push_back(std::move(group));
  std::stable_sort(report.groups.begin(), report.groups.end(),
                   [](const TimeGroup& a, const TimeGroup& b) { return a.total_s > b.total_s; });
  return report;
}

}  // namespace loop
