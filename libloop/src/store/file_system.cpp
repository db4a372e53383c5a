// SPDX-License-Identifier: MIT
// What the seam's values have in common on every file system.
#include "loop/store/file_system.h"

namespace loop {

FileStamp stamp_of(const FileInfo& info) {
  return {info.device, info.inode, info.size_bytes, info.modified_ns};
}

}  // namespace loop
