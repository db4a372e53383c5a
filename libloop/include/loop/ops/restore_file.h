// SPDX-License-Identifier: MIT
// The operation that gets a file back from a backup.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "loop/ops/operation.h"

namespace loop {

struct RestoreFileRequest {
  std::string file_path;
  std::optional<std::string> backup_path;
  bool create_backup_before_restore = true;
};

struct RestoreFileAnswer {
  std::string file_path;  // without links
  std::string restored_from;
  std::uint64_t size_bytes = 0;
  std::string sha256;
  bool is_new = false;  // there was no such file
  bool backup_created = false;
  std::optional<std::string> backup_path;  // of what was there before
  std::vector<std::string> damaged;        // newer backups that were passed over
};

// Puts back the newest sound backup of this very file, or the one that is named, which must be a
// backup of this file, too. Its hash is verified before anything changes: invalid_data for a named
// one that is damaged, not_found when there is none.
Result<RestoreFileAnswer> restore_file(const OperationContext& context,
                                       const RestoreFileRequest& request);

}  // namespace loop
