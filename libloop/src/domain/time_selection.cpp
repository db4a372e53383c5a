// SPDX-License-Identifier: MIT
// Two passes: the first looks at each row where it stands and marks its task for what the row could
// match by; the second takes apart the rows of tasks with all marks. Rows that are not in the form
// that this program writes are taken apart at once, and their tasks have all marks.
#include "domain/time_selection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "domain/task_hash.hpp"
#include "domain/time_line_scan.hpp"
#include "domain/time_row.hpp"
#include "domain/time_row_form.hpp"

namespace loop {

namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

// Which tasks have a row in the wanted time, and which one with the wanted mode, by hashes of their
// ids. Tasks may share a place: then rows are taken apart in vain.
class Marks {
 public:
  enum Mark : std::uint64_t { none = 0, in_time = 1, in_mode = 2, both = 3 };

  explicit Marks(std::uint64_t rows)
      : words_(std::bit_ceil(std::max<std::uint64_t>(kPlacesARow * rows, kPlacesLeast)) /
               kPlacesAWord) {}
  void add(std::uint64_t hash, std::uint64_t marks) { words_[word(hash)] |= marks << shift(hash); }
  bool has_both(std::uint64_t hash) const {
    return ((words_[word(hash)] >> shift(hash)) & both) == both;
  }

 private:
  static constexpr std::uint64_t kPlacesARow = 4, kPlacesLeast = 1 << 12, kPlacesAWord = 32;
  std::size_t word(std::uint64_t hash) const { return (hash / kPlacesAWord) & (words_.size() - 1); }
  static unsigned shift(std::uint64_t hash) { return 2 * (hash % kPlacesAWord); }
  std::vector<std::uint64_t> words_;
};

// A bound in the form of written times. Years of another length than four digits lie before or
// behind all of them.
std::optional<std::string> bound_text(const std::optional<Instant>& bound) {
  if (!bound) return std::nullopt;
  std::string text = format_instant(*bound);
  if (text.size() == kWrittenTimeBytes) return text;
  return *bound < Instant{} ? std::string() : std::string("~");
}

class Selection {
 public:
  Selection(const ReadAt& read_at, std::uint64_t size_bytes, const TimeFilter& filter,
            const SelectionLimits& limits)
      : limits_(limits),
        mode_(filter.mode),
        since_(bound_text(filter.since)),
        until_(bound_text(filter.until)),
        blocks_(read_at, limits.block_bytes),
        marks_(size_bytes / kRowBytesUsual) {
    places_.reserve(size_bytes / kRowBytesUsual);
  }

  Result<TimeTable> run() {
    LOOP_TRY_VOID(look_at_all());
    LOOP_TRY_VOID(take_marked());
    return std::move(table_);
  }

 private:
  static constexpr std::uint64_t kRowBytesUsual = 128;

  struct Place {
    std::uint64_t offset;
    std::uint32_t line;
    std::uint32_t hash;
  };

  Status look_at_all() {
    for (;;) {
      LOOP_TRY(const std::string_view lines, blocks_.next());
      if (lines.empty()) break;
      look_at_lines(lines);
    }
    const std::string_view rest = blocks_.rest();
    if (is_whole_time_row(rest)) look_at_lines(rest);
    return {};
  }

  void look_at_lines(std::string_view lines) {
    std::size_t at = 0;
    if (blocks_.offset() == 0 && lines.starts_with(kByteOrderMark)) at = kByteOrderMark.size();
    while (at < lines.size()) {
      const ScannedLine line = scan_line(lines, at);
      ++line_number_;
      look_at(line, blocks_.offset() + at);
      at += line.text.size() + 1;
    }
    // Each touches memory far away: in a loop of their own the processor waits for many at once.
    for (const auto& [hash, marks] : unmarked_) marks_.add(hash, marks);
    unmarked_.clear();
  }

  void look_at(const ScannedLine& line, std::uint64_t offset) {
    if (const auto row = written_row(line)) {
      remember(row->id, offset, marks_of(*row));
      return;
    }
    TimeLine read = read_time_line(without_return(line.text));
    if (auto* reason = std::get_if<std::string>(&read)) {
      table_.unreadable.push_back({line_number_, std::move(*reason)});
    } else if (const auto* row = std::get_if<TimeRow>(&read)) {
      remember(row->task_id.str(), offset, Marks::both);
    }
  }

  std::uint64_t marks_of(const WrittenRow& row) const {
    const bool is_in_time = (!since_ && !until_) || is_between(row.start) || is_between(row.end) ||
                            is_between(row.timestamp);
    const bool is_in_mode = mode_.empty() || row.mode.empty() || row.mode == mode_;
    return (is_in_time ? Marks::in_time : Marks::none) |
           (is_in_mode ? Marks::in_mode : Marks::none);
  }

  bool is_between(std::string_view time) const {
    return !time.empty() && (!since_ || time >= *since_) && (!until_ || time < *until_);
  }

  void remember(std::string_view id, std::uint64_t offset, std::uint64_t marks) {
    const std::uint32_t hash = task_hash(id);
    if (marks != Marks::none) unmarked_.push_back({hash, marks});
    places_.push_back({offset, static_cast<std::uint32_t>(line_number_), hash});
    ++table_.row_count;
  }

  Status take_marked() {
    std::string_view lines;
    std::uint64_t begin = 0, bytes = 0;
    for (const Place& place : places_) {
      if (!marks_.has_both(place.hash)) continue;
      if (place.offset < begin || place.offset >= begin + lines.size()) {
        LOOP_TRY(lines, lines_from(place.offset));
        begin = place.offset;
      }
      const std::string_view from = lines.substr(place.offset - begin);
      const std::string_view line = from.substr(0, from.find('\n'));
      bytes += line.size();
      if (bytes > limits_.rows_bytes_max) return too_many();
      LOOP_TRY_VOID(take(line, place.line));
    }
    return {};
  }

  Result<std::string_view> lines_from(std::uint64_t offset) {
    blocks_.go_to(offset);
    LOOP_TRY(const std::string_view lines, blocks_.next());
    return lines.empty() ? blocks_.rest() : lines;
  }

  Status take(std::string_view line, std::size_t number) {
    TimeLine read = read_time_line(without_return(line));
    auto* row = std::get_if<TimeRow>(&read);
    if (row == nullptr) {
      return Error(Errc::conflict,
                   fmt::format("line {} of the time rows was changed while they were read; read "
                               "them again",
                               number));
    }
    row->line = number;
    table_.rows.push_back(std::move(*row));
    return {};
  }

  Error too_many() const {
    return Error(Errc::too_large,
                 fmt::format("of {} time rows more than {} bytes are about what is asked for; ask "
                             "for less: a mode or a shorter time",
                             table_.row_count, limits_.rows_bytes_max));
  }

  const SelectionLimits limits_;
  const std::string& mode_;
  const std::optional<std::string> since_, until_;
  LineBlocks blocks_;
  Marks marks_;
  std::vector<std::pair<std::uint32_t, std::uint64_t>> unmarked_;  // of the block that is read
  std::size_t line_number_ = 0;
  std::vector<Place> places_;
  TimeTable table_;
};

}  // namespace

Result<TimeTable> select_time_rows(const ReadAt& read_at, std::uint64_t size_bytes,
                                   const TimeFilter& filter, const SelectionLimits& limits) {
  return Selection(read_at, size_bytes, filter, limits).run();
}

}  // namespace loop
