// SPDX-License-Identifier: MIT
// Reading the growing logs of an agent.
#include "attempt_output.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

namespace loop {

namespace {
constexpr std::size_t kChunkBytes = 256 * 1024;
}

GrowingFile::GrowingFile(FileSystem& files, Log& log, RelativePath path)
    : files_(files), log_(log), path_(std::move(path)) {}

bool GrowingFile::read_new(std::uint64_t bytes_max,
                           const std::function<void(std::string_view)>& take) {
  if (is_failed_) return false;
  const std::uint64_t before = offset_;
  const auto read = read_some(bytes_max, take);
  if (!read) {
    is_failed_ = true;
    log_.warning(fmt::format("output is no longer read: {}", read.error().message()));
  }
  return offset_ > before;
}

Status GrowingFile::open() {
  if (file_) return {};
  LOOP_TRY(file_, files_.open(path_, {Access::read, Creation::must_exist, 0}));
  return {};
}

Result<bool> GrowingFile::read_some(std::uint64_t bytes_max,
                                    const std::function<void(std::string_view)>& take) {
  LOOP_TRY_VOID(open());
  std::vector<char> chunk(kChunkBytes);
  for (std::uint64_t left = bytes_max; left > 0;) {
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(left, chunk.size()));
    LOOP_TRY(const std::size_t got, file_->read_at(offset_, {chunk.data(), wanted}));
    if (got == 0) return true;
    offset_ += got;
    left -= got;
    last_ = chunk[got - 1];
    take({chunk.data(), got});
  }
  return true;
}

std::uint64_t GrowingFile::size_bytes() {
  if (!file_) return offset_;
  const auto info = file_->info();
  return info ? std::max(offset_, info->size_bytes) : offset_;
}

}  // namespace loop
