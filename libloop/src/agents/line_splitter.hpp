// SPDX-License-Identifier: MIT
// Bytes that come in pieces, made into lines of bounded length.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace loop {

// A tool's result in one JSON line can be megabytes; more than this is no line but a fault.
inline constexpr std::size_t kLineBytesMax = 16 * 1024 * 1024;

struct OutputLine {
  std::string_view text;  // without "\n" or "\r\n"; a byte order mark before the first is left out
  bool is_truncated = false;  // the rest, up to the newline, was dropped
};

class LineSplitter {
 public:
  using Take = std::function<void(const OutputLine&)>;

  void feed(std::string_view bytes, const Take& take);
  // The last line, when it has no newline.
  void finish(const Take& take);

 private:
  void keep(std::string_view bytes);
  void emit(std::string_view line, const Take& take);

  std::string partial_;
  bool has_partial_ = false;
  bool is_truncated_ = false;
  bool is_first_ = true;
};

}  // namespace loop
