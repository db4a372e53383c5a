// SPDX-License-Identifier: MIT
// Checkpoints: several files as they stood at one time, with their hashes.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "loop/base/clock.h"
#include "loop/base/random.h"
#include "loop/store/file_content.h"

namespace loop {

struct CheckpointFile {
  RelativePath source;  // the file it is a copy of
  RelativePath copy;
  std::string sha256;
};

struct Checkpoint {
  RelativePath path;  // .loop/checkpoints/<time>-<8 hex>
  Instant made;
  std::vector<CheckpointFile> files;  // by source

  std::string_view name() const { return path.name(); }
};

struct CheckpointOptions {
  std::size_t keep_count = 10;  // older ones are removed after a new one is safe
};

class CheckpointStore {
 public:
  CheckpointStore(FileSystem& files, Clock& clock, RandomSource& random,
                  CheckpointOptions options = {});

  // Copies those of `sources` that exist. Durable and read back before it returns; after a crash
  // a folder without SHA256SUMS may be left, which is no checkpoint. When the newest one has the
  // same content there is no second: that one is returned. Nothing when no source exists. Each
  // file is whole; files that others change at the same time may be of different moments.
  Result<std::optional<Checkpoint>> make(std::span<const RelativePath> sources);

  // Newest first, without those whose SHA256SUMS is missing or unreadable.
  Result<std::vector<Checkpoint>> list();

  // The content of a copy; invalid_data when it is not what SHA256SUMS says.
  Result<std::string> read(const CheckpointFile& file);

  // What crashes left: folders without SHA256SUMS that are older than 1 h.
  Result<std::vector<RelativePath>> find_unfinished();
  // Removes a checkpoint or what is left of one.
  Status remove(const RelativePath& checkpoint);

 private:
  Result<Checkpoint> write(const std::vector<CheckpointFile>& files, Instant made,
                           std::span<const std::string> contents, const std::string& sums);
  Status remove_old();

  FileSystem& files_;
  Clock& clock_;
  RandomSource& random_;
  CheckpointOptions options_;
};

}  // namespace loop
