// SPDX-License-Identifier: MIT
// A file that an operation is about to write: judged, locked, and unchanged since it was looked at.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "loop/ops/operation.h"
#include "loop/store/backup_store.h"
#include "loop/store/file_content.h"
#include "loop/store/file_lock.h"
#include "ops/file_guard.hpp"

namespace loop::ops {

// Holds the lock of the file's kind as long as it lives: that of schedules, memory or todo for
// those files, else the one of all other files. Calls go look or
// notice, back_up, then replace or append.
class WriteTarget {
 public:
  // What may not be written and what is no regular file is refused before anything is locked.
  static Result<WriteTarget> open(const OperationContext& context, const FileGuard& guard,
                                  const RelativePath& path);

  const RelativePath& path() const { return path_; }  // without links

  // The content as it is; nothing when there is no file. What is written later is refused with
  // `conflict` when another program has changed the file since.
  Result<std::optional<std::string>> look();
  // The same without reading it.
  Status notice();
  // Nothing when there is no file.
  Result<std::optional<Backup>> back_up();

  Status make_parent();
  Status replace(std::string_view content);
  // Gives the new size.
  Result<std::uint64_t> append(std::string_view bytes);

 private:
  WriteTarget(const OperationContext& context, RelativePath path, FileLock lock)
      : context_(&context), path_(std::move(path)), lock_(std::move(lock)) {}

  const OperationContext* context_;
  RelativePath path_;
  FileLock lock_;
  std::optional<FileStamp> seen_;
};

}  // namespace loop::ops
