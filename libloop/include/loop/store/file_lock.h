// SPDX-License-Identifier: MIT
// An flock that is held as long as the token lives.
#pragma once

#include <memory>
#include <optional>

#include "loop/base/clock.h"
#include "loop/store/file_system.h"

namespace loop {

inline constexpr Duration kLockWaitDefault = std::chrono::seconds{10};

// A lock on a file of its own that is never deleted. The kernel frees it when the process ends,
// however it ends. To avoid deadlocks locks are taken in this order only: sync, dispatch,
// schedules, memory, todo, files, backups, timing, journal.
class FileLock {
 public:
  // Creates the lock file when absent. Tries again with back-off until `limit` is over, then
  // `locked`, naming the file, the holder's pid and since when, as far as the holder wrote them.
  static Result<FileLock> acquire(FileSystem& files, Clock& clock, const RelativePath& path,
                                  Duration limit = kLockWaitDefault);

  // Without waiting; nothing when someone else holds it.
  static Result<std::optional<FileLock>> try_acquire(FileSystem& files, Clock& clock,
                                                     const RelativePath& path);

  // Whether someone holds it now. Creates nothing; an absent file is not held.
  static Result<bool> is_held(FileSystem& files, const RelativePath& path);

  // Whether `path` still names the locked file; false once somebody removed or replaced it, and
  // others may hold a lock of that name, too.
  Result<bool> is_in_place(FileSystem& files, const RelativePath& path);

  FileLock(FileLock&&) noexcept = default;
  FileLock& operator=(FileLock&&) noexcept = default;

 private:
  explicit FileLock(std::unique_ptr<OpenFile> file) : file_(std::move(file)) {}
  std::unique_ptr<OpenFile> file_;
};

}  // namespace loop
