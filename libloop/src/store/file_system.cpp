// SPDX-License-Identifier: MIT
// What the seam's values have in common on every file system.
#include "loop/store/file_system.h"

#include "loop/store/open_directory.h"

namespace loop {

FileStamp stamp_of(const FileInfo& info) {
  return {info.device, info.inode, info.size_bytes, info.modified_ns};
}

Result<std::optional<FileIdentity>> FileSystem::identify(const RelativePath& path) {
  LOOP_TRY(const auto found, info(path));
  if (!found) return std::optional<FileIdentity>();
  return std::optional(FileIdentity{found->kind, found->device, found->inode, found->size_bytes});
}

Result<std::unique_ptr<OpenDirectory>> FileSystem::open_directory(
    const std::optional<RelativePath>& path) {
  return directory_by_paths(*this, path);
}

}  // namespace loop
