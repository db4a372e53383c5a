// SPDX-License-Identifier: MIT
// A large file of lines, read a block of whole lines at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "loop/base/result.h"

namespace loop {

// As OpenFile::read_at: bytes read, 0 at the end.
using ReadAt = std::function<Result<std::size_t>(std::uint64_t offset, std::span<char> into)>;

class LineBlocks {
 public:
  LineBlocks(ReadAt read_at, std::size_t block_bytes)
      : read_at_(std::move(read_at)), buffer_(block_bytes) {}

  // What follows is read from `offset` on, which begins a line.
  void go_to(std::uint64_t offset);

  // The next lines, with their newlines, until the next call; empty behind the last newline. A line
  // that is longer than a block comes in a larger one.
  Result<std::string_view> next();
  // Behind the last newline, once next() gave nothing.
  std::string_view rest() const { return {buffer_.data(), filled_}; }
  std::uint64_t offset() const { return begin_; }  // of what next() or rest() gave

 private:
  ReadAt read_at_;
  std::vector<char> buffer_;
  std::uint64_t begin_ = 0;  // in the file, of the buffer's first byte
  std::size_t filled_ = 0;
  std::size_t given_ = 0;  // of what is filled, by the last next()
};

}  // namespace loop
