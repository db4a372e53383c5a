// SPDX-License-Identifier: MIT
// Loops over single calls.
#include "store/file_io.hpp"

#include "loop/base/text.h"

#include <algorithm>
#include <cerrno>

namespace loop {

namespace {

constexpr std::size_t kChunkBytes = 256 * 1024;
constexpr int kInterruptionsMax = 100;  // a call that is interrupted for ever must not hang us

bool is_interruption(const Error& error) { return error.cause() == EINTR; }

// Calls until it is not interrupted.
template <class Call>
auto uninterrupted(const Call& call) {
  auto result = call();
  for (int tries = 1; !result && is_interruption(result.error()) && tries < kInterruptionsMax;
       ++tries) {
    result = call();
  }
  return result;
}

}  // namespace

Result<std::size_t> write_once(OpenFile& file, std::string_view bytes) {
  return uninterrupted([&] { return file.write(bytes); });
}

Status write_all(OpenFile& file, std::string_view bytes) {
  while (!bytes.empty()) {
    LOOP_TRY(const std::size_t written, write_once(file, bytes));
    bytes.remove_prefix(written);
  }
  return {};
}

Result<std::string> read_range(OpenFile& file, std::uint64_t offset, std::uint64_t bytes_max) {
  LOOP_TRY(const FileInfo info, file.info());
  const std::uint64_t expected = info.size_bytes > offset ? info.size_bytes - offset : 0;
  std::string text;
  // One byte more than expected, so that a file of the expected size ends in one short read.
  std::size_t room = static_cast<std::size_t>(std::min(expected + 1, bytes_max));
  while (room > 0) {
    const std::size_t old_size = text.size();
    text.resize(old_size + room);
    auto got = uninterrupted(
        [&] { return file.read_at(offset + old_size, {text.data() + old_size, room}); });
    if (!got) return std::move(got).error();
    text.resize(old_size + *got);
    if (*got == 0) break;
    if (*got < room && text.size() >= expected) break;
    room = static_cast<std::size_t>(std::min<std::uint64_t>(
        std::max<std::size_t>(room - *got, kChunkBytes), bytes_max - text.size()));
  }
  return text;
}

Status sync(OpenFile& file) {
  return uninterrupted([&] { return file.sync(); });
}

Status sync_data(OpenFile& file) {
  return uninterrupted([&] { return file.sync_data(); });
}

std::optional<RelativePath> parent_of(const RelativePath& path) {
  if (path.parent().empty()) return std::nullopt;
  return RelativePath::of(path.parent());
}

RelativePath sibling(const RelativePath& path, std::string_view name) {
  const auto parent = parent_of(path);
  return parent ? *parent / name : RelativePath::of(name);
}

std::string shown(const RelativePath& path) { return to_valid_utf8(path.str()); }

}  // namespace loop
