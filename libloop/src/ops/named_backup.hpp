// SPDX-License-Identifier: MIT
// Backups with names and places of the caller's choice, beside the ones in .loop/backups.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "loop/ops/operation.h"
#include "loop/store/backup_store.h"
#include "ops/file_guard.hpp"

namespace loop::ops {

struct BackupPlace {
  RelativePath directory;  // without links
  std::string name;
  bool has_timestamp = true;
};

// A copy of `content` in a directory that may be written, durable and read back, with a file
// "<copy>.sha256" in sha256sum's form that also says what it is a copy of. A name that is taken is
// never used again: the copy gets a number. Of the copies of `source` under this name in this
// directory only the newest `keep_count` stay.
Result<Backup> make_named_backup(const OperationContext& context, const RelativePath& source,
                                 std::string_view content, const BackupPlace& place,
                                 std::size_t keep_count);

// The content of a copy somewhere in the workspace, checked against its hash file. not_found
// without one, or when it says that this is a copy of another file; invalid_data when the content
// is not what it says.
Result<std::string> read_named_backup(const OperationContext& context, const FileGuard& guard,
                                      const RelativePath& source, const RelativePath& copy);

}  // namespace loop::ops
