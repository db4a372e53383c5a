// SPDX-License-Identifier: MIT
// A directory that stays open, so that what is in it is reached by its name and not by a path.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "loop/base/result.h"
#include "loop/store/file_system.h"

namespace loop {

// A file that was opened, and of which the first bytes were read.
struct BegunFile {
  std::size_t size_bytes = 0;      // of what was read
  std::unique_ptr<OpenFile> file;  // nothing when that is all of it
};

// Links are never followed: a name that has become one since it was listed is not_found. All calls
// but `list` may be made by several threads at once.
class OpenDirectory {
 public:
  virtual ~OpenDirectory() = default;
  // Once; sorted by name, never "." and "..".
  virtual Result<std::vector<DirectoryEntry>> list() = 0;
  virtual Result<std::unique_ptr<OpenDirectory>> open_directory(const std::string& name) = 0;
  // For reading; as FileSystem::open.
  virtual Result<std::unique_ptr<OpenFile>> open_file(const std::string& name) = 0;
  // The same, with its begin. A small file is opened, read and closed with as few calls as there
  // can be; of others perhaps nothing is read yet.
  virtual Result<BegunFile> begin_file(const std::string& name, std::span<char> into);
  // Of the thing itself; nothing when it does not exist.
  virtual Result<std::optional<FileInfo>> info(const std::string& name) = 0;
};

// For file systems that have no better way: each call with the whole path. Both must outlive it.
std::unique_ptr<OpenDirectory> directory_by_paths(FileSystem& files,
                                                  std::optional<RelativePath> path);

}  // namespace loop
