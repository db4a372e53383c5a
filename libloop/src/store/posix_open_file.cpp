// SPDX-License-Identifier: MIT
// Calls on an open descriptor.
#include "store/posix_open_file.hpp"

#include <fmt/format.h>

#include <sys/file.h>
#include <sys/stat.h>

namespace loop {

FileKind kind_of_mode(mode_t mode) {
  if (S_ISREG(mode)) return FileKind::regular;
  if (S_ISDIR(mode)) return FileKind::directory;
  if (S_ISLNK(mode)) return FileKind::symlink;
  return FileKind::other;
}

FileInfo info_of(const struct stat& status) {
  FileInfo info;
  info.kind = kind_of_mode(status.st_mode);
  info.device = status.st_dev;
  info.inode = status.st_ino;
  info.size_bytes = static_cast<std::uint64_t>(status.st_size);
  info.modified_ns = status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec;
  info.permissions = status.st_mode & 07777;
  info.owner = status.st_uid;
  info.group = status.st_gid;
  info.link_count = status.st_nlink;
  return info;
}

Error PosixOpenFile::failed(std::string_view operation) const {
  return Error::from_errno(errno, fmt::format("{} {}", operation, name_));
}

Status PosixOpenFile::done(int result, std::string_view operation) const {
  if (result < 0) return failed(operation);
  return {};
}

Result<std::size_t> PosixOpenFile::read_at(std::uint64_t offset, std::span<char> into) {
  const ssize_t got = pread(fd_.number(), into.data(), into.size(), static_cast<off_t>(offset));
  if (got < 0) return failed("read");
  return static_cast<std::size_t>(got);
}

Result<std::size_t> PosixOpenFile::write(std::string_view bytes) {
  const ssize_t written = ::write(fd_.number(), bytes.data(), bytes.size());
  if (written < 0) return failed("write");
  // POSIX allows 0 for a write of more; callers that loop must not loop for ever.
  if (written == 0 && !bytes.empty()) {
    errno = EIO;
    return failed("write");
  }
  return static_cast<std::size_t>(written);
}

Status PosixOpenFile::truncate(std::uint64_t size_bytes) {
  return done(
      retry_interrupted([&] { return ftruncate(fd_.number(), static_cast<off_t>(size_bytes)); }),
      "truncate");
}

Status PosixOpenFile::set_permissions(std::uint32_t permissions) {
  return done(fchmod(fd_.number(), permissions & 07777), "set mode of");
}

Status PosixOpenFile::set_owner(std::uint32_t owner, std::uint32_t group) {
  return done(fchown(fd_.number(), owner, group), "set owner of");
}

Status PosixOpenFile::sync() { return done(fsync(fd_.number()), "fsync"); }

Status PosixOpenFile::sync_data() { return done(fdatasync(fd_.number()), "fdatasync"); }

Result<FileInfo> PosixOpenFile::info() {
  struct stat status{};
  if (fstat(fd_.number(), &status) != 0) return failed("stat");
  return info_of(status);
}

Result<bool> PosixOpenFile::try_lock(LockMode mode) {
  const int operation = (mode == LockMode::exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB;
  if (retry_interrupted([&] { return flock(fd_.number(), operation); }) == 0) return true;
  if (errno == EWOULDBLOCK) return false;
  return failed("lock");
}

Status PosixOpenFile::unlock() { return done(flock(fd_.number(), LOCK_UN), "unlock"); }

}  // namespace loop
