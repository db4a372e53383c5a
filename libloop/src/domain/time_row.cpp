// SPDX-License-Identifier: MIT
// Reads rows that other writers shifted: times tell where the columns stand, known words tell which
// text is which.
#include "domain/time_row.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <span>
#include <utility>
#include <vector>

#include "loop/base/text.h"

namespace loop {

namespace {

constexpr std::size_t kColumnCount = 9;
constexpr std::size_t kStartColumn = 3;
constexpr std::size_t kTaskColumn = 6;
constexpr std::int64_t kDurationMaxS = 10LL * 366 * 24 * 3600;
// 2001-09-09 to 2286: the numbers of ten digits, so that nothing else is taken for a time.
constexpr double kEpochMinS = 1e9;
constexpr double kEpochMaxS = 1e10;

constexpr std::array<std::string_view, 9> kPriorities{
    "normal", "schedule", "todo", "high", "medium", "low", "critical", "urgent", "top"};
constexpr std::array<std::string_view, 14> kStates{
    "started",   "completed", "complete", "failed",      "cancelled", "canceled", "in_progress",
    "succeeded", "success",   "done",     "interrupted", "timed_out", "error",    "aborted"};

bool is_word_of(std::span<const std::string_view> words, std::string_view text) {
  return std::find(words.begin(), words.end(), to_lower(text)) != words.end();
}
bool is_priority(std::string_view text) { return is_word_of(kPriorities, text); }
bool is_state(std::string_view text) { return is_word_of(kStates, text); }

std::optional<double> parse_number(std::string_view text) {
  double number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || stop != end || !std::isfinite(number)) return std::nullopt;
  return number;
}

std::optional<Instant> parse_epoch(std::string_view text) {
  const auto seconds = parse_number(text);
  if (!seconds || *seconds < kEpochMinS || *seconds >= kEpochMaxS) return std::nullopt;
  return Instant(Duration(static_cast<std::int64_t>(*seconds * 1000.0)));
}

std::optional<Instant> parse_time(std::string_view text) {
  if (const auto instant = parse_instant(text)) return instant;
  return parse_epoch(text);
}

std::optional<std::int64_t> parse_duration_s(std::string_view text) {
  const auto seconds = parse_number(text);
  if (!seconds || *seconds < 0 || *seconds > static_cast<double>(kDurationMaxS)) {
    return std::nullopt;
  }
  return static_cast<std::int64_t>(*seconds);
}

using Columns = std::vector<std::string_view>;

Columns cut_columns(std::string_view line) {
  Columns columns = split(line, '\t');
  for (std::string_view& column : columns) column = trim(column);
  return columns;
}

bool is_empty_or(std::string_view column, bool is_it) { return column.empty() || is_it; }

// Every column holds what the header says, or nothing.
bool is_in_place(const Columns& columns) {
  if (columns.size() != kColumnCount || !parse_time(columns[0])) return false;
  return is_empty_or(columns[3], parse_time(columns[3]).has_value()) &&
         is_empty_or(columns[4], parse_time(columns[4]).has_value()) &&
         is_empty_or(columns[5], parse_number(columns[5]).has_value());
}

// Where the start time stands: the first written time behind a leading timestamp. A bare number is
// no sign, because ids are numbers as well.
std::optional<std::size_t> find_start(const Columns& columns) {
  const std::size_t first = parse_time(columns[0]) ? 1 : 0;
  const std::size_t end = std::min(columns.size(), kStartColumn + 2);
  for (std::size_t i = first; i < end; ++i) {
    if (!parse_instant(columns[i])) continue;
    // In the place of the end time: the start is missing and nothing is shifted.
    return first == 1 && i == kStartColumn + 1 && columns[kStartColumn].empty() ? kStartColumn : i;
  }
  return std::nullopt;
}

// Takes the columns one by one; one that does not fit is left for the next taker.
class Cursor {
 public:
  Cursor(const Columns& columns, std::size_t at) : columns_(columns), at_(at) {}

  std::optional<Instant> take_time() {
    if (at_ >= columns_.size()) return std::nullopt;
    const auto time = parse_time(columns_[at_]);
    if (time || columns_[at_].empty()) ++at_;
    return time;
  }
  std::optional<std::int64_t> take_duration() {
    if (at_ >= columns_.size()) return std::nullopt;
    const auto duration = parse_duration_s(columns_[at_]);
    if (duration || columns_[at_].empty()) ++at_;
    return duration;
  }
  std::vector<std::string_view> take_texts() {
    std::vector<std::string_view> texts;
    for (; at_ < columns_.size(); ++at_) {
      if (!columns_[at_].empty()) texts.push_back(columns_[at_]);
    }
    return texts;
  }

 private:
  const Columns& columns_;
  std::size_t at_;
};

// A priority stands last, a state behind the task; the rest is the task.
void assign_texts(std::vector<std::string_view> texts, TimeRow& row) {
  if (!texts.empty() && is_priority(texts.back())) {
    row.priority = texts.back();
    texts.pop_back();
  }
  if (texts.empty()) return;
  if (texts.size() > 1 || is_state(texts.back())) {
    row.result = texts.back();
    texts.pop_back();
  }
  row.task = fmt::format("{}", fmt::join(texts, " "));
}

TimeRow read_shifted(const Columns& columns, std::size_t start_column) {
  TimeRow row;
  row.shifted = true;
  std::size_t next = 0;
  row.timestamp = parse_time(columns[0]);
  if (row.timestamp || (columns[0].empty() && start_column > 1)) next = 1;
  // Of two columns before the start the first is the mode; of one alone it is the id.
  if (start_column - next >= 2) row.mode = columns[next];
  if (start_column > next) row.task_id = TaskId(std::string(columns[start_column - 1]));

  Cursor cursor(columns, start_column);
  row.start = cursor.take_time();
  row.end = cursor.take_time();
  row.duration_s = cursor.take_duration();
  assign_texts(cursor.take_texts(), row);
  return row;
}

TimeRow read_in_place(const Columns& columns) {
  TimeRow row;
  row.timestamp = parse_time(columns[0]);
  row.mode = columns[1];
  row.task_id = TaskId(std::string(columns[2]));
  row.start = parse_time(columns[3]);
  row.end = parse_time(columns[4]);
  row.duration_s = parse_duration_s(columns[5]);
  row.task = columns[kTaskColumn];
  row.result = columns[kTaskColumn + 1];
  row.priority = columns[kTaskColumn + 2];
  return row;
}

// Old writers without a priority column put the texts in other places. A row with a priority is
// taken at its word: "completed" may be the name of a task.
void settle_texts(TimeRow& row) {
  if (!row.priority.empty()) return;
  if (is_priority(row.result) && is_state(row.task)) {
    row.priority = std::exchange(row.result, std::exchange(row.task, {}));
    row.shifted = true;
  } else if (is_state(row.task) && !is_state(row.result)) {
    // State and text changed places, or the state stands alone where the task should.
    std::swap(row.task, row.result);
    row.shifted = true;
  }
}

bool is_header(const Columns& columns) {
  return columns.size() > 1 && to_lower(columns[0]) == "timestamp" &&
         to_lower(columns[1]) == "mode";
}

TimeLine read_columns(const Columns& columns) {
  if (is_in_place(columns)) {
    TimeRow row = read_in_place(columns);
    settle_texts(row);
    if (row.task_id.empty() && !row.start && !row.end) return std::string("no task id and no time");
    return row;
  }
  const auto start_column = find_start(columns);
  if (!start_column) {
    return fmt::format("{} columns instead of {}, and no time where one belongs", columns.size(),
                       kColumnCount);
  }
  TimeRow row = read_shifted(columns, *start_column);
  settle_texts(row);
  return row;
}

}  // namespace

std::string_view without_return(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

TimeLine read_time_line(std::string_view line) {
  if (line.find('\0') != std::string_view::npos) return std::string("holds NUL bytes");
  if (is_blank(line)) return NoTimeRow{};
  if (line.size() > kTimeRowBytesMax) {
    return fmt::format("{} bytes; at most {} are read", line.size(), kTimeRowBytesMax);
  }
  // Most rows are valid as they stand: copy only those that are not.
  if (find_invalid_utf8(line)) return read_time_line(to_valid_utf8(line));
  const Columns columns = cut_columns(line);
  if (is_header(columns)) return NoTimeRow{};
  return read_columns(columns);
}

bool is_whole_time_row(std::string_view line) {
  const Columns columns = cut_columns(line);
  if (columns.size() != kColumnCount) return false;
  if (is_header(columns)) return columns.back() == "priority";
  // The word before the last column of old rows stands for the row being written to its end.
  const bool is_ended =
      columns.back().empty() ? !columns[kColumnCount - 2].empty() : is_priority(columns.back());
  return is_ended && std::holds_alternative<TimeRow>(read_time_line(line));
}

std::optional<std::int64_t> seconds_between(const std::optional<Instant>& start,
                                            const std::optional<Instant>& end) {
  if (!start || !end || *end < *start) return std::nullopt;
  return std::chrono::floor<std::chrono::seconds>(*end - *start).count();
}

std::string time_field_text(std::string_view text) {
  constexpr std::size_t kEllipsisBytes = 3;
  return ellipsize(trim(to_single_line(to_valid_utf8(text))), kTimeFieldBytesMax - kEllipsisBytes);
}

std::string format_time_row(const TimeRow& row) {
  const auto time = [](const std::optional<Instant>& instant) {
    return instant ? format_instant(*instant) : std::string{};
  };
  const std::string duration = row.duration_s ? fmt::format("{}", *row.duration_s) : std::string{};
  return fmt::format("{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\n", time(row.timestamp),
                     time_field_text(row.mode), row.task_id.str(), time(row.start), time(row.end),
                     duration, time_field_text(row.task), time_field_text(row.result),
                     time_field_text(row.priority));
}

}  // namespace loop
