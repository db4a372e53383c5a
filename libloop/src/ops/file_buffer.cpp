// SPDX-License-Identifier: MIT
// Reading with as few calls as there can be.
#include "ops/file_buffer.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace loop::ops {

namespace {

// Most files of a source tree fit; a larger one is read on in parts that cancellation can wait for.
constexpr std::size_t kFirstBytes = 256 * 1024;
constexpr std::size_t kPartBytesMax = 4 * 1024 * 1024;

}  // namespace

void FileBuffer::grow(std::size_t size_bytes) {
  auto larger = std::make_unique_for_overwrite<char[]>(std::max(2 * capacity_, kFirstBytes));
  if (size_bytes != 0) std::memcpy(larger.get(), bytes_.get(), size_bytes);
  bytes_ = std::move(larger);
  capacity_ = std::max(2 * capacity_, kFirstBytes);
}

Result<std::string_view> FileBuffer::read(const OperationContext& context, OpenDirectory& directory,
                                          const std::string& name, std::uint64_t bytes_max) {
  LOOP_TRY_VOID(context.check_cancelled());
  if (capacity_ == 0) grow(0);
  const std::span<char> room(bytes_.get(), std::min(capacity_, kPartBytesMax));
  LOOP_TRY(const BegunFile begun, directory.begin_file(name, room));
  std::size_t size = begun.size_bytes;
  while (begun.file && size < bytes_max) {
    LOOP_TRY_VOID(context.check_cancelled());
    if (size == capacity_) grow(size);
    const auto left =
        static_cast<std::size_t>(std::min<std::uint64_t>(capacity_, bytes_max)) - size;
    const std::span<char> rest(bytes_.get() + size, std::min(left, kPartBytesMax));
    const auto got = begun.file->read_at(size, rest);
    if (!got && got.error().cause() == EINTR) continue;
    if (!got) return got.error();
    if (*got == 0) break;
    size += *got;
  }
  return std::string_view(bytes_.get(), size);
}

}  // namespace loop::ops
