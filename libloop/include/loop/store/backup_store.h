// SPDX-License-Identifier: MIT
// Verified copies of a file, made before it is changed, and getting one back.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "loop/base/clock.h"
#include "loop/base/random.h"
#include "loop/store/file_content.h"

namespace loop {

struct Backup {
  RelativePath path;    // of the copy: .loop/backups/<encoded source>/<time>-<8 hex of the hash>
  RelativePath source;  // the file it is a copy of
  Instant made;
  std::string sha256;  // of its content, kept in "<path>.sha256" in sha256sum's form
  std::uint64_t size_bytes = 0;
};

struct BackupOptions {
  std::size_t keep_count = 20;  // older copies of the same file are removed after a new one is safe
};

class BackupStore {
 public:
  BackupStore(FileSystem& files, Clock& clock, RandomSource& random, BackupOptions options = {});

  // Durable and read back before it returns. A file whose newest backup has the same content gets
  // no second one: that one is returned. not_found when the source does not exist.
  Result<Backup> make(const RelativePath& source);

  // Newest first; copies whose hash file is missing or unreadable are left out.
  Result<std::vector<Backup>> list(const RelativePath& source);

  // The content of a backup that `list` gave; invalid_data when it is not what the hash says.
  Result<std::string> read(const Backup& backup);

  // Puts a backup's content in place of its source, after checking the hash and backing up the
  // present file. Without `from`: the newest whose hash is right and, if given, for which `accept`
  // is true. invalid_data when the hash is wrong; not_found when there is none.
  Result<Backup> restore(const RelativePath& source,
                         const std::optional<RelativePath>& from = std::nullopt,
                         bool (*accept)(std::string_view content) = nullptr);

 private:
  FileSystem& files_;
  Clock& clock_;
  RandomSource& random_;
  BackupOptions options_;
};

}  // namespace loop
