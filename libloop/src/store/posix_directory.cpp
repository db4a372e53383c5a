// SPDX-License-Identifier: MIT
// Calls relative to an open directory.
#include "store/posix_directory.hpp"

#include "loop/base/text.h"
#include "store/file_io.hpp"
#include "store/posix_open_file.hpp"

#include <fmt/format.h>

#include <algorithm>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

namespace loop {

namespace {

constexpr int kDirectoryFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
// O_NONBLOCK: a FIFO that took the place of a file would wait for its other end.
constexpr int kFileFlags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;

std::string_view describe(mode_t mode) {
  if (S_ISDIR(mode)) return "a directory";
  if (S_ISFIFO(mode)) return "a FIFO";
  if (S_ISSOCK(mode)) return "a socket";
  if (S_ISCHR(mode) || S_ISBLK(mode)) return "a device";
  return "not a regular file";
}

FileKind kind_of_entry(int directory, const struct dirent& entry) {
  switch (entry.d_type) {
    case DT_REG: return FileKind::regular;
    case DT_DIR: return FileKind::directory;
    case DT_LNK: return FileKind::symlink;
    case DT_UNKNOWN: break;
    default: return FileKind::other;
  }
  struct stat status{};
  if (fstatat(directory, entry.d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) return FileKind::other;
  return info_of(status).kind;
}

}  // namespace

int read_entries(Fd directory, std::vector<DirectoryEntry>& entries) {
  DIR* stream = fdopendir(directory.number());
  if (stream == nullptr) return errno;
  static_cast<void>(directory.release());  // the stream's now
  while (true) {
    errno = 0;
    const struct dirent* entry = readdir(stream);
    if (entry == nullptr) break;
    const std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    entries.push_back({std::string(name), kind_of_entry(dirfd(stream), *entry)});
  }
  const int failure = errno;
  closedir(stream);
  std::ranges::sort(entries, {}, &DirectoryEntry::name);
  return failure;
}

Error not_regular(std::string_view shown_path, unsigned mode) {
  return Error(Errc::invalid_argument, fmt::format("open {}: is {}; only regular files are allowed",
                                                   shown_path, describe(mode)));
}

std::string PosixDirectory::path_of(const std::string& name) const {
  return to_valid_utf8(path_ == "." ? name : fmt::format("{}/{}", path_, name));
}

Error PosixDirectory::failed(int cause, std::string_view operation, const std::string& name) const {
  // A link stands there now: what was listed is gone.
  return Error::from_errno(cause == ELOOP ? ENOENT : cause,
                           fmt::format("{} {}", operation, path_of(name)));
}

Result<std::vector<DirectoryEntry>> PosixDirectory::list() {
  std::vector<DirectoryEntry> entries;
  Fd same(fcntl(directory_.number(), F_DUPFD_CLOEXEC, 0));
  const int failure = same.is_open() ? read_entries(std::move(same), entries) : errno;
  if (failure == 0) return entries;
  return Error::from_errno(failure, fmt::format("list {}", to_valid_utf8(path_)));
}

Result<std::unique_ptr<OpenDirectory>> PosixDirectory::open_directory(const std::string& name) {
  Fd opened(retry_interrupted(
      [&] { return openat(directory_.number(), name.c_str(), kDirectoryFlags); }));
  if (!opened.is_open()) return failed(errno, "list", name);
  return std::unique_ptr<OpenDirectory>(std::make_unique<PosixDirectory>(
      std::move(opened), path_ == "." ? name : path_ + "/" + name));
}

Result<PosixDirectory::Opened> PosixDirectory::open_regular(const std::string& name) {
  Fd opened(
      retry_interrupted([&] { return openat(directory_.number(), name.c_str(), kFileFlags); }));
  if (!opened.is_open()) return failed(errno, "open", name);
  struct stat status{};
  if (fstat(opened.number(), &status) != 0) return failed(errno, "stat", name);
  if (!S_ISREG(status.st_mode)) return not_regular(path_of(name), status.st_mode);
  return Opened{std::move(opened), static_cast<std::uint64_t>(status.st_size)};
}

Result<std::unique_ptr<OpenFile>> PosixDirectory::open_file(const std::string& name) {
  LOOP_TRY(Opened opened, open_regular(name));
  return std::unique_ptr<OpenFile>(
      std::make_unique<PosixOpenFile>(std::move(opened.descriptor), path_of(name)));
}

Result<BegunFile> PosixDirectory::begin_file(const std::string& name, std::span<char> into) {
  LOOP_TRY(Opened opened, open_regular(name));
  BegunFile begun;
  if (opened.size_bytes < into.size()) {
    const ssize_t got = pread(opened.descriptor.number(), into.data(), into.size(), 0);
    if (got > 0) begun.size_bytes = static_cast<std::size_t>(got);
  }
  // A file system that makes its files as they are read gives them no size. After a failed read
  // the next one tells why.
  if (begun.size_bytes != 0 && begun.size_bytes == opened.size_bytes) return begun;
  begun.file = std::make_unique<PosixOpenFile>(std::move(opened.descriptor), path_of(name));
  return begun;
}

Result<std::optional<FileInfo>> PosixDirectory::info(const std::string& name) {
  struct stat status{};
  if (fstatat(directory_.number(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0) {
    return std::optional(info_of(status));
  }
  if (errno == ENOENT) return std::optional<FileInfo>();
  return failed(errno, "stat", name);
}

Result<std::unique_ptr<OpenDirectory>> open_posix_directory(
    int root, const std::optional<RelativePath>& path) {
  // Opened anew: the place in a directory belongs to the open file description.
  Fd directory(openat(root, ".", kDirectoryFlags));
  const auto components = path ? split(path->str(), '/') : std::vector<std::string_view>();
  for (const std::string_view component : components) {
    if (!directory.is_open()) break;
    const std::string name(component);
    directory = Fd(retry_interrupted(
        [&] { return openat(directory.number(), name.c_str(), kDirectoryFlags); }));
  }
  if (!directory.is_open()) {
    return Error::from_errno(errno, fmt::format("list {}", path ? shown(*path) : "."));
  }
  return std::unique_ptr<OpenDirectory>(
      std::make_unique<PosixDirectory>(std::move(directory), path ? path->str() : "."));
}

}  // namespace loop
