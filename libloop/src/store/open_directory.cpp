// SPDX-License-Identifier: MIT
// Directories by whole paths.
#include "loop/store/open_directory.h"

#include "store/file_io.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <utility>

namespace loop {

Result<BegunFile> OpenDirectory::begin_file(const std::string& name, std::span<char> into) {
  static_cast<void>(into);
  LOOP_TRY(auto file, open_file(name));
  return BegunFile{0, std::move(file)};
}

namespace {

class PathDirectory final : public OpenDirectory {
 public:
  PathDirectory(FileSystem& files, std::optional<RelativePath> path)
      : files_(files), path_(std::move(path)) {}

  Result<std::vector<DirectoryEntry>> list() override { return files_.list(path_); }

  Result<std::unique_ptr<OpenDirectory>> open_directory(const std::string& name) override {
    LOOP_TRY(RelativePath path, path_of(name));
    LOOP_TRY_VOID(check_no_link(path));
    return directory_by_paths(files_, std::move(path));
  }

  Result<std::unique_ptr<OpenFile>> open_file(const std::string& name) override {
    LOOP_TRY(const RelativePath path, path_of(name));
    LOOP_TRY_VOID(check_no_link(path));
    return files_.open(path, {});
  }

  Result<std::optional<FileInfo>> info(const std::string& name) override {
    LOOP_TRY(const RelativePath path, path_of(name));
    return files_.info(path);
  }

 private:
  Result<RelativePath> path_of(const std::string& name) const {
    return RelativePath::parse(path_ ? path_->str() + "/" + name : name);
  }

  Status check_no_link(const RelativePath& path) const {
    LOOP_TRY(const auto info, files_.info(path));
    if (info && info->kind != FileKind::symlink) return {};
    return Error(Errc::not_found, fmt::format("open {}: is not there any more", shown(path)),
                 ENOENT);
  }

  FileSystem& files_;
  std::optional<RelativePath> path_;
};

}  // namespace

std::unique_ptr<OpenDirectory> directory_by_paths(FileSystem& files,
                                                  std::optional<RelativePath> path) {
  return std::make_unique<PathDirectory>(files, std::move(path));
}

}  // namespace loop
