// SPDX-License-Identifier: MIT
// Exclusive creation.
#include "loop/store/file_creation.h"

#include "store/file_io.hpp"

namespace loop {

namespace {

Status write_synced(FileSystem& files, OpenFile& file, const RelativePath& path,
                    std::string_view content) {
  LOOP_TRY_VOID(write_all(file, content));
  LOOP_TRY_VOID(sync(file));
  return files.sync_directory(parent_of(path));
}

}  // namespace

Status create_file(FileSystem& files, const RelativePath& path, std::string_view content,
                   std::uint32_t permissions) {
  LOOP_TRY(const auto file,
           files.open(path, {Access::read_write, Creation::must_not_exist, permissions}));
  auto written = write_synced(files, *file, path, content);
  if (!written) static_cast<void>(files.remove(path).has_value());
  return written;
}

}  // namespace loop
