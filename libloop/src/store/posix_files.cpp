// SPDX-License-Identifier: MIT
// The files of the operating system below one root.
#include "loop/store/file_system.h"

#include "loop/base/text.h"
#include "store/file_io.hpp"
#include "store/posix_directory.hpp"
#include "store/posix_open_file.hpp"
#include "store/posix_root.hpp"
#include "store/posix_space.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

namespace loop {

namespace {

int flags_of(const OpenOptions& options) {
  // O_NONBLOCK: opening a FIFO would wait for its other end.
  int flags = O_NONBLOCK | O_NOCTTY;
  switch (options.access) {
    case Access::read: flags |= O_RDONLY; break;
    case Access::append: flags |= O_RDWR | O_APPEND; break;
    case Access::read_write: flags |= O_RDWR; break;
  }
  switch (options.creation) {
    case Creation::must_exist: break;
    case Creation::if_absent: flags |= O_CREAT; break;
    case Creation::must_not_exist: flags |= O_CREAT | O_EXCL; break;
  }
  return flags;
}

class PosixFiles final : public FileSystem {
 public:
  PosixFiles(PosixRoot root, std::string root_path)
      : root_(std::move(root)), root_path_(std::move(root_path)) {}

  Result<std::unique_ptr<OpenFile>> open(const RelativePath& path,
                                         const OpenOptions& options) override {
    auto opened = root_.open(path, flags_of(options), options.permissions & 07777, "open");
    if (!opened) return explain(std::move(opened).error(), path);
    struct stat status{};
    if (fstat(opened->number(), &status) != 0) return path_error(errno, "stat", path);
    if (!S_ISREG(status.st_mode)) return not_regular(shown(path), status.st_mode);
    // Cleared again: on a regular file it means nothing to Linux, but it is not what was asked for.
    const int flags = fcntl(opened->number(), F_GETFL);
    if (flags < 0 || fcntl(opened->number(), F_SETFL, flags & ~O_NONBLOCK) != 0) {
      return path_error(errno, "open", path);
    }
    return std::unique_ptr<OpenFile>(
        std::make_unique<PosixOpenFile>(std::move(*opened), shown(path)));
  }

  Result<std::optional<FileInfo>> info(const RelativePath& path) override {
    const auto parent = root_.open_parent(path, "stat");
    struct stat status{};
    if (parent) {
      if (fstatat(parent->number, parent->name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0) {
        return std::optional(info_of(status));
      }
    }
    const int cause = parent ? errno : parent.error().cause();
    // Below a file there is nothing, too.
    if (cause == ENOENT || cause == ENOTDIR) return std::optional<FileInfo>();
    return path_error(cause, "stat", path);
  }

  Result<std::optional<FileIdentity>> identify(const RelativePath& path) override {
    const auto parent = root_.open_parent(path, "stat");
    struct statx status{};
    const bool is_told = parent && statx(parent->number, parent->name.c_str(), AT_SYMLINK_NOFOLLOW,
                                         STATX_TYPE | STATX_INO | STATX_SIZE, &status) == 0;
    // What is wrong, info() tells; it also does without statx.
    if (!is_told) return FileSystem::identify(path);
    return std::optional(FileIdentity{kind_of_mode(status.stx_mode),
                                      makedev(status.stx_dev_major, status.stx_dev_minor),
                                      status.stx_ino, status.stx_size});
  }

  Result<RelativePath> resolve(const RelativePath& path) override { return root_.resolve(path); }

  Status rename(const RelativePath& from, const RelativePath& to) override {
    return move(from, to, Overwrite::yes);
  }

  Status rename_new(const RelativePath& from, const RelativePath& to) override {
    return move(from, to, Overwrite::no);
  }

  Status remove(const RelativePath& path) override { return unlink(path, 0, "remove"); }

  Status remove_directory(const RelativePath& path) override {
    return unlink(path, AT_REMOVEDIR, "remove directory");
  }

  Status make_directory(const RelativePath& path, std::uint32_t permissions) override {
    LOOP_TRY(const auto parent, root_.open_parent(path, "make directory"));
    if (mkdirat(parent.number, parent.name.c_str(), permissions & 07777) == 0) return {};
    return path_error(errno, "make directory", path);
  }

  Status sync_directory(const std::optional<RelativePath>& path) override {
    Fd opened;
    int number = root_.number();
    if (path) {
      LOOP_TRY(opened, root_.open(*path, O_RDONLY | O_DIRECTORY, 0, "fsync"));
      number = opened.number();
    }
    if (retry_interrupted([number] { return fsync(number); }) == 0) return {};
    // Some file systems cannot sync a directory and say so in this way; they do it by themselves.
    if (errno == EINVAL) return {};
    return Error::from_errno(errno, fmt::format("fsync directory {}", path ? shown(*path) : "."));
  }

  Result<std::vector<DirectoryEntry>> list(const std::optional<RelativePath>& path) override {
    Fd directory;
    if (path) {
      LOOP_TRY(directory, root_.open(*path, O_RDONLY | O_DIRECTORY, 0, "list"));
    } else {
      // Opened anew: the place in a directory belongs to the open file description.
      directory = Fd(openat(root_.number(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
      if (!directory.is_open()) return Error::from_errno(errno, "list " + root_path_);
    }
    std::vector<DirectoryEntry> entries;
    if (const int failure = read_entries(std::move(directory), entries); failure != 0) {
      return Error::from_errno(failure, fmt::format("list {}", path ? shown(*path) : "."));
    }
    return entries;
  }

  Result<std::unique_ptr<OpenDirectory>> open_directory(
      const std::optional<RelativePath>& path) override {
    return open_posix_directory(root_.number(), path);
  }

  Result<SpaceInfo> space() override {
    struct statfs status{};
    if (fstatfs(root_.number(), &status) != 0) {
      return Error::from_errno(errno, fmt::format("statfs {}", to_valid_utf8(root_path_)));
    }
    return space_of(status);
  }

  std::string root() const override { return root_path_; }

 private:
  // Some kinds of files refuse to be opened for writing before we can look at them.
  Error explain(Error error, const RelativePath& path) const {
    if (error.cause() != EISDIR && error.cause() != ENXIO) return error;
    const auto found = root_.open(path, O_PATH, 0, "open");
    struct stat status{};
    if (!found || fstat(found->number(), &status) != 0 || S_ISREG(status.st_mode)) return error;
    return not_regular(shown(path), status.st_mode);
  }

  enum class Overwrite { yes, no };

  Status move(const RelativePath& from, const RelativePath& to, Overwrite overwrite) {
    LOOP_TRY(const auto source, root_.open_parent(from, "rename"));
    LOOP_TRY(const auto target, root_.open_parent(to, "rename"));
    const int result = overwrite == Overwrite::yes ? renameat(source.number, source.name.c_str(),
                                                              target.number, target.name.c_str())
                                                   : rename_without_overwriting(source, target);
    if (result == 0) return {};
    const std::string what = fmt::format("rename {} to {}", shown(from), shown(to));
    // Both are inside: here EXDEV means two file systems.
    if (errno == EXDEV) {
      return Error(Errc::unsupported, what + ": they are on different file systems", EXDEV);
    }
    return Error::from_errno(errno, what);
  }

  static int rename_without_overwriting(const ParentDirectory& source,
                                        const ParentDirectory& target) {
    const char* from = source.name.c_str();
    const char* to = target.name.c_str();
    if (renameat2(source.number, from, target.number, to, RENAME_NOREPLACE) == 0) return 0;
    if (errno != EINVAL && errno != ENOSYS) return -1;
    // ZFS before 2.2 and some others know no flags; a second name does not overwrite either. For
    // directories this fails with EPERM.
    if (linkat(source.number, from, target.number, to, 0) != 0) return -1;
    return unlinkat(source.number, from, 0);
  }

  Status unlink(const RelativePath& path, int flags, std::string_view operation) {
    LOOP_TRY(const auto parent, root_.open_parent(path, operation));
    if (unlinkat(parent.number, parent.name.c_str(), flags) == 0) return {};
    return path_error(errno, operation, path);
  }

  PosixRoot root_;
  std::string root_path_;
};

struct FreeDeleter {
  void operator()(char* text) const { std::free(text); }
};

}  // namespace

Result<std::unique_ptr<FileSystem>> open_posix_files(const std::string& root,
                                                     const PosixFilesOptions& options) {
  const std::string what = fmt::format("open workspace {}", to_valid_utf8(root));
  if (root.find('\0') != std::string::npos) {
    return Error(Errc::invalid_argument, "the path of the workspace holds a NUL byte");
  }
  const std::unique_ptr<char, FreeDeleter> absolute(realpath(root.c_str(), nullptr));
  if (!absolute) return Error::from_errno(errno, what);
  Fd directory(retry_interrupted(
      [&] { return ::open(absolute.get(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); }));
  if (!directory.is_open()) return Error::from_errno(errno, what);
  const auto method =
      options.without_openat2 ? PosixRoot::Method::walk : PosixRoot::best_method(directory);
  return std::unique_ptr<FileSystem>(
      std::make_unique<PosixFiles>(PosixRoot(std::move(directory), method), absolute.get()));
}

}  // namespace loop
