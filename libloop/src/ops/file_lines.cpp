// SPDX-License-Identifier: MIT
// Scanning a file for the lines that are wanted.
#include "ops/file_lines.hpp"

#include "ops/file_guard.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace loop::ops {

namespace {

constexpr std::uint64_t kChunkBytes = 256 * 1024;

class LineScan {
 public:
  LineScan(const OperationContext& context, OpenFile& file, std::string_view name,
           const LineRange& range)
      : context_(context), file_(file), name_(name), range_(range) {}

  Result<FileLines> run() {
    while (!is_done_) {
      LOOP_TRY(const std::string chunk, read_bytes(context_, file_, at_, kChunkBytes));
      if (chunk.empty()) {
        finish();
        return std::move(lines_);
      }
      at_ += chunk.size();
      LOOP_TRY_VOID(take(chunk));
    }
    lines_.text.resize(whole_bytes_);
    return std::move(lines_);
  }

 private:
  // `chunk` is what stands before at_.
  Status take(std::string_view chunk) {
    while (!chunk.empty() && !is_done_) {
      if (is_full()) {
        is_done_ = true;
        return {};
      }
      const std::size_t newline = chunk.find('\n');
      const bool ends_line = newline != std::string_view::npos;
      const std::string_view part = chunk.substr(0, ends_line ? newline + 1 : chunk.size());
      chunk.remove_prefix(part.size());
      if (skipped_ < range_.skipped) {
        lines_.first_byte += part.size();
        if (ends_line) ++skipped_;
        is_inside_ = !ends_line;
      } else {
        LOOP_TRY_VOID(keep(part, ends_line));
      }
    }
    return {};
  }

  Status keep(std::string_view part, bool ends_line) {
    if (lines_.text.size() + part.size() > range_.bytes_max) {
      if (lines_.count == 0) {
        return Error(Errc::too_large, fmt::format("{}: line {} alone is over the limit of {} bytes",
                                                  name_, skipped_ + 1, range_.bytes_max));
      }
      is_done_ = true;
      return {};
    }
    lines_.text += part;
    is_inside_ = !ends_line;
    if (!ends_line) return {};
    ++lines_.count;
    whole_bytes_ = lines_.text.size();
    return {};
  }

  bool is_full() const { return range_.count && lines_.count == *range_.count; }

  // The last line may lack its newline.
  void finish() {
    std::uint64_t seen = skipped_ + lines_.count;
    if (is_inside_) {
      ++seen;
      if (skipped_ == range_.skipped) ++lines_.count;
    }
    lines_.total = seen;
  }

  const OperationContext& context_;
  OpenFile& file_;
  std::string_view name_;
  LineRange range_;
  FileLines lines_;
  std::uint64_t at_ = 0;
  std::uint64_t skipped_ = 0;
  std::size_t whole_bytes_ = 0;  // of the text, up to its last newline
  bool is_inside_ = false;       // of a line whose newline was not seen
  bool is_done_ = false;
};

}  // namespace

Result<FileLines> read_lines(const OperationContext& context, OpenFile& file, std::string_view name,
                             const LineRange& range) {
  return LineScan(context, file, name, range).run();
}

std::uint64_t count_lines(std::string_view text) {
  const auto newlines = static_cast<std::uint64_t>(std::ranges::count(text, '\n'));
  return newlines + (text.empty() || text.ends_with('\n') ? 0 : 1);
}

}  // namespace loop::ops
