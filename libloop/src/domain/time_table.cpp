// SPDX-License-Identifier: MIT
// All rows of the time file, and the entries that start and end rows make together.
#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "domain/time_row.hpp"
#include "loop/base/text.h"

namespace loop {

namespace {

// An entry while its rows are read.
struct Pairing {
  TimeEntry entry;
  Instant order{};       // newest first by this
  std::size_t line = 0;  // of its first row
};

void fill(std::string& empty, const std::string& text) {
  if (empty.empty()) empty = text;
}

void settle_duration(TimeEntry& entry) {
  if (entry.end && !entry.duration_s) entry.duration_s = seconds_between(entry.start, entry.end);
}

Pairing begin_pairing(const TimeRow& row) {
  Pairing pairing;
  TimeEntry& entry = pairing.entry;
  entry.task_id = row.task_id;
  entry.mode = row.mode;
  entry.task = row.task;
  entry.result = row.result;
  entry.priority = row.priority;
  entry.start = row.start;
  entry.end = row.end;
  // A row that opens a task has none but the timestamp, and its duration says nothing yet.
  if (!row.start && !row.end) entry.start = row.timestamp;
  if (row.end) entry.duration_s = row.duration_s;
  settle_duration(entry);
  pairing.order = row.start.value_or(row.end.value_or(row.timestamp.value_or(Instant{})));
  pairing.line = row.line;
  return pairing;
}

void add_row(const TimeRow& row, Pairing& pairing) {
  TimeEntry& entry = pairing.entry;
  const bool closes = row.end && !entry.end;
  const bool is_late_start = !row.end && entry.end && !entry.start;  // a merge turned them round
  if (closes) {
    entry.end = row.end;
    if (!row.result.empty()) entry.result = row.result;
    if (!entry.start) entry.start = row.start;
    // From its own start, not from what the end row says about another.
    const bool is_same_start = !row.start || row.start == entry.start;
    entry.duration_s = is_same_start ? row.duration_s : std::nullopt;
  }
  if (is_late_start) entry.start = row.start ? row.start : row.timestamp;
  if (closes || is_late_start) settle_duration(entry);
  if (entry.start) pairing.order = *entry.start;
  fill(entry.mode, row.mode);
  fill(entry.task, row.task);
  fill(entry.priority, row.priority);
}

}  // namespace

TimeTable parse_time_table(std::string_view tsv) {
  TimeTable table;
  if (tsv.starts_with("\xef\xbb\xbf")) tsv.remove_prefix(3);
  const auto lines = split_lines(tsv);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    TimeLine line = read_time_line(lines[i]);
    if (auto* row = std::get_if<TimeRow>(&line)) {
      row->line = i + 1;
      table.rows.push_back(std::move(*row));
    } else if (auto* reason = std::get_if<std::string>(&line)) {
      table.unreadable.push_back({i + 1, std::move(*reason)});
    }
  }
  table.row_count = table.rows.size();
  return table;
}

std::vector<TimeEntry> pair_entries(const TimeTable& table) {
  std::vector<Pairing> pairings;
  std::unordered_map<TaskId, std::size_t> by_id;
  for (const TimeRow& row : table.rows) {
    const auto [found, is_new] = by_id.try_emplace(row.task_id, pairings.size());
    // Rows without an id have nothing to be paired by.
    if (is_new || row.task_id.empty()) {
      pairings.push_back(begin_pairing(row));
    } else {
      add_row(row, pairings[found->second]);
    }
  }
  std::sort(pairings.begin(), pairings.end(), [](const Pairing& a, const Pairing& b) {
    return std::tie(a.order, a.line) > std::tie(b.order, b.line);
  });
  std::vector<TimeEntry> entries;
  entries.reserve(pairings.size());
  for (Pairing& pairing : pairings) entries.push_back(std::move(pairing.entry));
  return entries;
}

}  // namespace loop
