// SPDX-License-Identifier: MIT
// The lock on a file itself, as long as the token lives, and appending to it.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "loop/base/clock.h"
#include "loop/store/file_lock.h"
#include "loop/store/file_system.h"

namespace loop {

// Excludes everyone who holds the same file, and the appends of AppendLog. Programs that take no
// lock are not kept away.
class FileHold {
 public:
  // Nothing when the file does not exist. `locked` when it was not free within `limit`, read_only
  // when it may not be written. A file that is replaced while we wait is opened again.
  static Result<std::optional<FileHold>> acquire(FileSystem& files, Clock& clock,
                                                 const RelativePath& path,
                                                 Duration limit = kLockWaitDefault);

  // As acquire; an absent file is made, empty.
  static Result<FileHold> acquire_or_create(FileSystem& files, Clock& clock,
                                            const RelativePath& path,
                                            Duration limit = kLockWaitDefault);

  // All of it in one write, durable before it returns; the file as it is then. On an error it is
  // cut back to its old size, or the error says that this failed as well.
  Result<FileInfo> append(std::string_view bytes);

 private:
  FileHold(FileSystem& files, std::unique_ptr<OpenFile> file, RelativePath path)
      : files_(&files), file_(std::move(file)), path_(std::move(path)) {}
  static Result<FileHold> acquire(FileSystem& files, Clock& clock, const RelativePath& path,
                                  Creation creation, Duration limit);
  Status write_durably(std::string_view bytes, std::uint64_t old_size);

  FileSystem* files_;
  std::unique_ptr<OpenFile> file_;
  RelativePath path_;  // without links
};

}  // namespace loop
