// SPDX-License-Identifier: MIT
// A tree of sources that is the same each time, for rows that walk.
#pragma once

#include <cstddef>
#include <string>

#include "loop/base/result.h"

namespace loop::bench {

struct SourceFolders {
  std::size_t count = 2;
  std::size_t files_each = 20;
  std::size_t lines_each = 300;
  std::size_t files() const { return count * files_each; }
};

// Below `root`: folders with files of which each has one line for each pattern of the rows, and a
// .gitignore that leaves out one more file a folder.
Status write_source_folders(const std::string& root, const SourceFolders& folders);

}  // namespace loop::bench
