// SPDX-License-Identifier: MIT
// The operation that makes a backup of a file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "loop/ops/operation.h"

namespace loop {

struct BackupFileRequest {
  std::string file_path;
  std::optional<std::string> backup_name;
  bool include_timestamp = true;
  std::optional<std::string> backup_directory;
};

struct BackupFileAnswer {
  std::string file_path;  // without links
  std::string backup_path;
  std::uint64_t size_bytes = 0;
  std::string sha256;
  Instant made{};
  bool is_new = false;  // false: the newest backup has the same content already
};

// Durable and read back before it returns. restore_file finds every backup, wherever else a copy of
// it lies: a name, a directory or the wish for no timestamp adds such a copy. No backup is ever
// overwritten; the newest kBackupsKept of a file, and of each name, stay.
Result<BackupFileAnswer> backup_file(const OperationContext& context,
                                     const BackupFileRequest& request);

inline constexpr std::size_t kBackupsKept = 20;
inline constexpr std::int64_t kBackupNameMax = 180;  // characters; bytes too

}  // namespace loop
