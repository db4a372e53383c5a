// SPDX-License-Identifier: MIT
// Cutting lines: each byte is looked at once, and moved at most twice.
#include "mcp/protocol/line_splitter.hpp"

#include <utility>

namespace mcp {

namespace {

constexpr std::size_t kBeginningBytes = 4096;  // kept of a line that is too long

void drop_carriage_return(std::string& text) {
  if (text.ends_with('\r')) text.pop_back();
}

}  // namespace

void LineSplitter::feed(std::string_view bytes) {
  // What was handed out goes when it is more than half: so each byte moves at most once on average.
  if (begin_ > buffer_.size() / 2) {
    buffer_.erase(0, begin_);
    looked_ -= begin_;
    begin_ = 0;
  }
  buffer_.append(bytes);
}

std::optional<LineSplitter::Line> LineSplitter::next() {
  const std::size_t newline = buffer_.find('\n', looked_);
  const bool has_end = newline != std::string::npos;
  const std::size_t end = has_end ? newline : buffer_.size();
  if (!skipping_ && end - begin_ > bytes_max_) {
    skipping_ = true;
    skipped_ = buffer_.substr(begin_, kBeginningBytes);
  }
  if (!has_end) {
    looked_ = end;
    if (skipping_) begin_ = end;
    return std::nullopt;
  }
  Line line;
  line.is_too_long = std::exchange(skipping_, false);
  line.text = line.is_too_long ? std::exchange(skipped_, {}) : buffer_.substr(begin_, end - begin_);
  if (!line.is_too_long) drop_carriage_return(line.text);
  begin_ = looked_ = end + 1;
  return line;
}

std::optional<LineSplitter::Line> LineSplitter::finish() {
  Line line;
  line.is_too_long = std::exchange(skipping_, false);
  line.text = line.is_too_long ? std::exchange(skipped_, {}) : buffer_.substr(begin_);
  buffer_.clear();
  begin_ = looked_ = 0;
  if (line.text.empty()) return std::nullopt;
  return line;
}

}  // namespace mcp
