// SPDX-License-Identifier: MIT
// The begun line behind a block is carried to the front of the next.
#include "domain/line_blocks.hpp"

#include <algorithm>

namespace loop {

void LineBlocks::go_to(std::uint64_t offset) {
  begin_ = offset;
  filled_ = 0;
  given_ = 0;
}

Result<std::string_view> LineBlocks::next() {
  const auto at = [&](std::size_t offset) {
    return buffer_.begin() + static_cast<std::ptrdiff_t>(offset);
  };
  std::copy(at(given_), at(filled_), buffer_.begin());
  begin_ += given_;
  filled_ -= given_;
  given_ = 0;
  for (;;) {
    if (filled_ == buffer_.size()) buffer_.resize(2 * buffer_.size());
    const std::span<char> room(buffer_.data() + filled_, buffer_.size() - filled_);
    LOOP_TRY(const std::size_t got, read_at_(begin_ + filled_, room));
    if (got == 0) return std::string_view();
    const std::string_view fresh(room.data(), got);
    const std::size_t newline = fresh.rfind('\n');
    if (newline != std::string_view::npos) given_ = filled_ + newline + 1;
    filled_ += got;
    if (given_ != 0) return std::string_view(buffer_.data(), given_);
  }
}

}  // namespace loop
