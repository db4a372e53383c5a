// SPDX-License-Identifier: MIT
// Cuts a stream of bytes into lines in linear time, with a limit that does not end the stream.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace mcp {

inline constexpr std::size_t kLineBytesMax = 64 * 1024 * 1024;

class LineSplitter {
 public:
  explicit LineSplitter(std::size_t line_bytes_max = kLineBytesMax) : bytes_max_(line_bytes_max) {}

  struct Line {
    std::string text;  // without its line break ("\n" or "\r\n"); its beginning when too long
    bool is_too_long = false;  // the rest was passed over
  };

  void feed(std::string_view bytes);
  // The next whole line, oldest first; nothing until more bytes are fed.
  std::optional<Line> next();
  // At the end of the stream: what stands there without a line break.
  std::optional<Line> finish();

 private:
  std::size_t bytes_max_;
  std::string buffer_;      // bytes not handed out yet
  std::size_t begin_ = 0;   // of the next line in buffer_
  std::size_t looked_ = 0;  // bytes of buffer_ without a line break up to here
  bool skipping_ = false;   // inside of a line that is too long; its beginning is in skipped_
  std::string skipped_;
};

}  // namespace mcp
