// SPDX-License-Identifier: MIT
// A table of hashes and offsets; the rows themselves stay in the file.
#include "domain/time_index.hpp"

#include <algorithm>
#include <variant>

#include "domain/line_blocks.hpp"
#include "domain/task_hash.hpp"
#include "domain/time_line_scan.hpp"
#include "domain/time_row.hpp"
#include "domain/time_row_form.hpp"

namespace loop {

namespace {

constexpr std::size_t kBlockBytes = 256 * 1024;
constexpr std::size_t kLineBytesUsual = 512;
constexpr std::size_t kPlacesLeast = 64;

LineBlocks blocks_of(const AppendLog::Content& content, std::size_t block_bytes) {
  return LineBlocks([&content](std::uint64_t offset,
                               std::span<char> into) { return content.read_at(offset, into); },
                    block_bytes);
}

}  // namespace

Status TimeIndex::follow(const AppendLog::Content& content) {
  LOOP_TRY(const bool is_there, is_known_part_there(content));
  if (!is_there) forget();
  generation_ = content.generation();
  if (end_ == content.size_bytes()) return {};
  const std::uint64_t fresh = content.size_bytes() - end_;
  LineBlocks blocks = blocks_of(content, std::min<std::uint64_t>(fresh, kBlockBytes));
  blocks.go_to(end_);
  for (;;) {
    LOOP_TRY(const std::string_view lines, blocks.next());
    if (lines.empty()) return {};
    take_lines(lines, blocks.offset());
  }
}

Result<bool> TimeIndex::is_known_part_there(const AppendLog::Content& content) const {
  if (generation_ != content.generation() || content.size_bytes() < end_) return false;
  std::string there(last_line_.size(), '\0');
  LOOP_TRY(const std::size_t got, content.read_at(end_ - last_line_.size(), there));
  return got == there.size() && there == last_line_;
}

void TimeIndex::forget() { *this = TimeIndex(); }

void TimeIndex::take_lines(std::string_view lines, std::uint64_t offset) {
  std::string_view last;
  for (std::size_t at = 0; at < lines.size();) {
    const ScannedLine line = scan_line(lines, at);
    last = lines.substr(at, line.text.size() + 1);
    if (const auto row = written_row(line)) {
      remember(row->id, offset + at);
    } else {
      const TimeLine read = read_time_line(without_return(line.text));
      if (const auto* other = std::get_if<TimeRow>(&read)) {
        remember(other->task_id.str(), offset + at);
      }
    }
    at += last.size();
  }
  end_ = offset + lines.size();
  last_line_ = last;
}

void TimeIndex::remember(std::string_view id, std::uint64_t offset) {
  if (id.empty()) return;
  if (4 * (used_ + 1) > 3 * places_.size()) grow();
  put({offset + 1, task_hash(id)});
  ++used_;
}

void TimeIndex::put(const Place& place) {
  std::size_t at = place.hash & (places_.size() - 1);
  while (places_[at].offset_plus_1 != 0) at = (at + 1) & (places_.size() - 1);
  places_[at] = place;
}

void TimeIndex::grow() {
  std::vector<Place> old(std::max(kPlacesLeast, 2 * places_.size()));
  old.swap(places_);
  for (const Place& place : old) {
    if (place.offset_plus_1 != 0) put(place);
  }
}

std::vector<std::uint64_t> TimeIndex::offsets_of(std::uint32_t hash) const {
  std::vector<std::uint64_t> offsets;
  if (places_.empty()) return offsets;
  std::size_t at = hash & (places_.size() - 1);
  for (; places_[at].offset_plus_1 != 0; at = (at + 1) & (places_.size() - 1)) {
    if (places_[at].hash == hash) offsets.push_back(places_[at].offset_plus_1 - 1);
  }
  std::ranges::sort(offsets);
  return offsets;
}

Result<TimeTable> TimeIndex::rows_of(const AppendLog::Content& content, const TaskId& id) const {
  TimeTable table;
  for (const std::uint64_t offset : offsets_of(task_hash(id.str()))) {
    LineBlocks blocks = blocks_of(content, kLineBytesUsual);
    blocks.go_to(offset);
    LOOP_TRY(const std::string_view lines, blocks.next());
    TimeLine line = read_time_line(without_return(lines.substr(0, lines.find('\n'))));
    auto* row = std::get_if<TimeRow>(&line);
    if (row != nullptr && row->task_id == id) table.rows.push_back(std::move(*row));
  }
  table.row_count = table.rows.size();
  return table;
}

}  // namespace loop
