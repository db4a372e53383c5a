// SPDX-License-Identifier: MIT
// A directory of the operating system that is open.
#pragma once

#include <string>

#include "loop/store/open_directory.h"
#include "store/posix_fd.hpp"

namespace loop {

class PosixDirectory final : public OpenDirectory {
 public:
  // `path` is for messages: "." or from the root.
  PosixDirectory(Fd directory, std::string path)
      : directory_(std::move(directory)), path_(std::move(path)) {}

  Result<std::vector<DirectoryEntry>> list() override;
  Result<std::unique_ptr<OpenDirectory>> open_directory(const std::string& name) override;
  Result<std::unique_ptr<OpenFile>> open_file(const std::string& name) override;
  Result<BegunFile> begin_file(const std::string& name, std::span<char> into) override;
  Result<std::optional<FileInfo>> info(const std::string& name) override;

 private:
  struct Opened {
    Fd descriptor;
    std::uint64_t size_bytes = 0;
  };
  Result<Opened> open_regular(const std::string& name);
  std::string path_of(const std::string& name) const;
  Error failed(int cause, std::string_view operation, const std::string& name) const;

  Fd directory_;
  std::string path_;
};

// Opens what `path` names below `root`, one component after the other and no link.
Result<std::unique_ptr<OpenDirectory>> open_posix_directory(
    int root, const std::optional<RelativePath>& path);

// The entries of an open directory, sorted; 0 or an errno.
int read_entries(Fd directory, std::vector<DirectoryEntry>& entries);

// invalid_argument in words for what is no regular file.
Error not_regular(std::string_view shown_path, unsigned mode);

}  // namespace loop
