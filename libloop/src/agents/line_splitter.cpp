// SPDX-License-Identifier: MIT
// Splitting output into lines without ever holding more than one.
#include "line_splitter.hpp"

namespace loop {

namespace {
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
}

void LineSplitter::feed(std::string_view bytes, const Take& take) {
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    if (end == std::string_view::npos) {
      keep(bytes);
      return;
    }
    if (has_partial_ || end > kLineBytesMax) {
      keep(bytes.substr(0, end));
      finish(take);
    } else {
      emit(bytes.substr(0, end), take);
    }
    bytes.remove_prefix(end + 1);
  }
}

void LineSplitter::finish(const Take& take) {
  if (!has_partial_) return;
  emit(partial_, take);
  partial_.clear();
  has_partial_ = false;
  is_truncated_ = false;
}

void LineSplitter::keep(std::string_view bytes) {
  has_partial_ = true;
  const std::size_t room = kLineBytesMax - partial_.size();
  is_truncated_ = is_truncated_ || bytes.size() > room;
  partial_ += bytes.substr(0, room);
}

void LineSplitter::emit(std::string_view line, const Take& take) {
  if (is_first_ && line.substr(0, kByteOrderMark.size()) == kByteOrderMark) {
    line.remove_prefix(kByteOrderMark.size());
  }
  is_first_ = false;
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  take({line, is_truncated_});
}

}  // namespace loop
