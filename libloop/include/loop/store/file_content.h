// SPDX-License-Identifier: MIT
// Reading a whole file, and replacing one so that readers and a power cut see the old or the new.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "loop/base/clock.h"
#include "loop/base/random.h"
#include "loop/store/file_system.h"

namespace loop {

struct FileContent {
  std::string bytes;
  FileStamp stamp;
};

inline constexpr std::uint64_t kReadBytesMax = 256ull * 1024 * 1024;

// too_large (naming size and limit) counts the bytes read, not what the directory says.
Result<FileContent> read_file(FileSystem& files, const RelativePath& path,
                              std::uint64_t bytes_max = kReadBytesMax);

// As read_file; nothing when the file does not exist.
Result<std::optional<FileContent>> read_file_if_exists(FileSystem& files, const RelativePath& path,
                                                       std::uint64_t bytes_max = kReadBytesMax);

struct ReplaceOptions {
  // Refuse with `conflict` unless the file still has this stamp. Empty: no check.
  std::optional<FileStamp> expected;
  std::uint32_t permissions = 0644;  // of a new file; an existing one keeps its own, and its owner
};

// Temporary file in the same directory, written whole, fsync, rename, fsync of the directory. A
// link is followed and its target replaced. On success the content survives a power cut. On any
// error the old content is in place and the temporary file is gone (after a crash, recovery removes
// it); after a failed fsync the file's state is reported as unknown and not retried.
// Callers that read, change and replace hold a FileLock meanwhile.
Result<FileStamp> replace_file(FileSystem& files, RandomSource& random, const RelativePath& path,
                               std::string_view content, const ReplaceOptions& options = {});

// Makes the directory and the missing ones above it, each durable. An existing one is success.
Status make_directories(FileSystem& files, const RelativePath& path);

// The name that replace_file gives its temporary files: ".<name>.loop-tmp-<16 hex>".
bool is_temporary_name(std::string_view name);

}  // namespace loop
