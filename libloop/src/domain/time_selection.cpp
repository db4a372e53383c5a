// SPDX-License-Identifier: MIT
// Two passes: the first looks at each row where it stands and marks its task for what the row could
// match by; the second takes apart the rows of tasks with all marks. Rows that are not in the form
// that this program writes are taken apart at once, and their tasks have all marks.
#include "domain/time_selection.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>
#include <variant>
#include <vector>

#include "domain/time_line_scan.hpp"
#include "domain/time_row.hpp"

namespace loop {

namespace {

constexpr std::size_t kTimeBytes = 24;  // "2026-11-01T06:28:04.939Z"
constexpr std::size_t kDateBytes = 11;  // of it, with the T
constexpr std::size_t kRowBytesUsual = 128;
constexpr std::size_t kMarksLeast = 1 << 12;

// A set of tasks by hashes of their ids. Two tasks may share a place: rows are selected in vain
// then.
class Marks {
 public:
  explicit Marks(std::size_t places) : bits_(places / 64), mask_(places - 1) {}
  void set(std::uint32_t hash) { bits_[(hash & mask_) / 64] |= bit(hash); }
  bool has(std::uint32_t hash) const { return (bits_[(hash & mask_) / 64] & bit(hash)) != 0; }

 private:
  static std::uint64_t bit(std::uint32_t hash) { return std::uint64_t{1} << (hash % 64); }
  std::vector<std::uint64_t> bits_;
  std::size_t mask_;
};

std::uint32_t hash_of(std::string_view id) {
  constexpr std::uint64_t kFactor = 0x9E3779B97F4A7C15;
  std::uint64_t hash = id.size() * kFactor;
  while (!id.empty()) {
    std::uint64_t word = 0;
    std::memcpy(&word, id.data(), std::min(id.size(), sizeof word));
    hash = (hash ^ word) * kFactor;
    hash ^= hash >> 32;  // products carry upwards only
    id.remove_prefix(std::min(id.size(), sizeof word));
  }
  return static_cast<std::uint32_t>(hash * kFactor >> 32);
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Whether a column is a time in the one form that is written. Dates come in runs: the last one that
// was found right is remembered.
class TimeForm {
 public:
  bool fits(std::string_view text) {
    if (text.size() != kTimeBytes || !is_time_of_day(text.data() + kDateBytes)) return false;
    if (std::memcmp(text.data(), date_, kDateBytes) == 0) return true;
    if (text[kDateBytes - 1] != 'T' || !parse_instant(text)) return false;
    std::memcpy(date_, text.data(), kDateBytes);
    return true;
  }

 private:
  // "06:28:04.939Z"
  static bool is_time_of_day(const char* text) {
    for (const int digit : {0, 1, 3, 4, 6, 7, 9, 10, 11}) {
      if (!is_digit(text[digit])) return false;
    }
    const bool is_hour = text[0] < '2' || (text[0] == '2' && text[1] < '4');
    return is_hour && text[2] == ':' && text[3] < '6' && text[5] == ':' && text[6] < '6' &&
           text[8] == '.' && text[12] == 'Z';
  }

  char date_[kDateBytes] = {};
};

bool is_written_priority(std::string_view text) {
  return text == "normal" || text == "schedule" || text == "todo";
}

bool is_short_number(std::string_view text) {
  constexpr std::size_t kDigitsMax = 9;
  for (const char c : text) {
    if (!is_digit(c)) return false;
  }
  return text.size() <= kDigitsMax;
}

bool has_no_outer_space(std::string_view text) {
  return text.empty() || (text.front() != ' ' && text.back() != ' ');
}

class Selection {
 public:
  Selection(std::string_view tsv, const TimeFilter& filter)
      : tsv_(tsv),
        filter_(filter),
        since_(filter.since ? format_instant(*filter.since) : std::string()),
        until_(filter.until ? format_instant(*filter.until) : std::string()),
        places_(std::bit_ceil(std::max(kMarksLeast, 8 * tsv.size() / kRowBytesUsual))),
        in_time_(places_),
        in_mode_(places_) {}

  TimeTable run() {
    std::size_t number = 0;
    for (std::size_t at = 0; at < tsv_.size();) {
      const ScannedLine line = scan_line(tsv_, at);
      look_at(line, at, ++number);
      at += line.text.size() + 1;
    }
    for (const Place& place : places_seen_) take_if_marked(place);
    return std::move(table_);
  }

 private:
  struct Place {
    std::uint32_t hash;
    std::uint32_t bytes;
    std::size_t offset;
    std::size_t line;
  };

  void look_at(const ScannedLine& line, std::size_t offset, std::size_t number) {
    if (look_at_plain(line, offset, number)) return;
    TimeLine read = read_time_line(without_return(line.text));
    if (auto* reason = std::get_if<std::string>(&read)) {
      table_.unreadable.push_back({number, std::move(*reason)});
    } else if (const auto* row = std::get_if<TimeRow>(&read)) {
      remember(row->task_id.str(), line.text, offset, number, true, true);
    }
  }

  // False when the row is not in the form that is written.
  bool look_at_plain(const ScannedLine& line, std::size_t offset, std::size_t number) {
    if (!line.is_plain || line.tab_count != kTabsMax || line.text.size() > kTimeRowBytesMax) {
      return false;
    }
    const auto column = [&](std::size_t index) {
      const std::size_t begin = index == 0 ? 0 : line.tabs[index - 1] + 1;
      return line.text.substr(begin, line.tabs[index] - begin);
    };
    const std::string_view mode = column(1), id = column(2), start = column(3), end = column(4);
    const std::string_view priority = line.text.substr(line.tabs[kTabsMax - 1] + 1);
    const bool is_written = form_.fits(column(0)) && (start.empty() || form_.fits(start)) &&
                            (end.empty() || form_.fits(end)) && is_short_number(column(5)) &&
                            !id.empty() && is_written_priority(priority) &&
                            has_no_outer_space(mode) && has_no_outer_space(id);
    if (!is_written) return false;
    const bool is_in_time = is_between(start) || is_between(end) || is_between(column(0));
    const bool is_in_mode = filter_.mode.empty() || mode.empty() || mode == filter_.mode;
    remember(id, line.text, offset, number, is_in_time, is_in_mode);
    return true;
  }

  // Times in one form are in the order of their bytes.
  bool is_between(std::string_view time) const {
    if (!filter_.since && !filter_.until) return true;
    return !time.empty() && time >= since_ && (until_.empty() || time < until_);
  }

  void remember(std::string_view id, std::string_view text, std::size_t offset, std::size_t line,
                bool is_in_time, bool is_in_mode) {
    const std::uint32_t hash = hash_of(id);
    if (is_in_time) in_time_.set(hash);
    if (is_in_mode) in_mode_.set(hash);
    places_seen_.push_back({hash, static_cast<std::uint32_t>(text.size()), offset, line});
    ++table_.row_count;
  }

  void take_if_marked(const Place& place) {
    if (!in_time_.has(place.hash) || !in_mode_.has(place.hash)) return;
    TimeLine read = read_time_line(without_return(tsv_.substr(place.offset, place.bytes)));
    auto* row = std::get_if<TimeRow>(&read);
    if (row == nullptr) return;
    row->line = place.line;
    table_.rows.push_back(std::move(*row));
  }

  static std::string_view without_return(std::string_view line) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
  }

  const std::string_view tsv_;
  const TimeFilter& filter_;
  const std::string since_, until_;
  const std::size_t places_;
  Marks in_time_, in_mode_;
  TimeForm form_;
  std::vector<Place> places_seen_;
  TimeTable table_;
};

}  // namespace

TimeTable select_time_rows(std::string_view tsv, const TimeFilter& filter) {
  if (tsv.starts_with("\xef\xbb\xbf")) tsv.remove_prefix(3);
  // Bounds of five-digit years are not in the order of their bytes.
  const auto is_written = [](const std::optional<Instant>& bound) {
    return !bound || format_instant(*bound).size() == kTimeBytes;
  };
  if (!is_written(filter.since) || !is_written(filter.until)) return parse_time_table(tsv);
  return Selection(tsv, filter).run();
}

}  // namespace loop
