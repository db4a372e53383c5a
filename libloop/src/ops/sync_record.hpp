// SPDX-License-Identifier: MIT
// The shared files as they were last seen, in .loop/sync.json.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "loop/ops/operation.h"

namespace loop::ops {

struct SeenFile {
  std::string path;
  std::string sha256;
  std::int64_t size_bytes = 0;
};

struct SyncRecord {
  Instant synced{};
  std::vector<SeenFile> files;

  const SeenFile* find(std::string_view path) const;
  void put(SeenFile file);
  void drop(std::string_view path);
};

// An absent or damaged record is empty: then every file is new.
Result<SyncRecord> read_sync_record(const OperationContext& context);
// Durable.
Status write_sync_record(const OperationContext& context, const SyncRecord& record);

}  // namespace loop::ops
