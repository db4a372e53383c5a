// SPDX-License-Identifier: MIT
// Confined resolution.
#include "store/posix_root.hpp"

#include "store/file_io.hpp"
#include "store/posix_walk.hpp"

#include <fmt/format.h>

#include <cstdint>

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>

namespace loop {

namespace {

// A rename meanwhile makes the kernel give up on ".." with EAGAIN; more than a few in a row mean
// that someone works against us.
constexpr int kRacesMax = 64;

constexpr std::uint64_t kBeneath = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;

int open_beneath(int root, const std::string& path, int flags, unsigned mode,
                 std::uint64_t resolve) {
  struct open_how how{};
  how.flags = static_cast<std::uint64_t>(flags | O_CLOEXEC);
  // The kernel refuses a mode where nothing is created.
  how.mode = (flags & O_CREAT) != 0 ? mode & 07777u : 0u;
  how.resolve = resolve;
  int fd = -1;
  for (int tries = 0; tries <= kRacesMax; ++tries) {
    fd = retry_interrupted([&] {
      return static_cast<int>(syscall(SYS_openat2, root, path.c_str(), &how, sizeof how));
    });
    if (fd >= 0 || errno != EAGAIN) break;
  }
  return fd;
}

}  // namespace

Error path_error(int cause, std::string_view operation, const RelativePath& path) {
  if (cause == EXDEV) {
    return Error(Errc::outside_root,
                 fmt::format("{} {}: a link leads out of the workspace", operation, shown(path)),
                 cause);
  }
  return Error::from_errno(cause, fmt::format("{} {}", operation, shown(path)));
}

PosixRoot::Method PosixRoot::best_method(const Fd& directory) {
  const Fd probe(open_beneath(directory.number(), ".", O_PATH | O_DIRECTORY, 0, kBeneath));
  return probe.is_open() ? Method::openat2 : Method::walk;
}

Result<Fd> PosixRoot::open(const RelativePath& path, int flags, unsigned mode,
                           std::string_view operation) const {
  if (method_ == Method::walk) return open_by_walk(path, flags, mode, operation);
  Fd fd(open_beneath(number(), path.str(), flags, mode, kBeneath));
  if (!fd.is_open()) return path_error(errno, operation, path);
  return fd;
}

Result<Fd> PosixRoot::open_by_walk(const RelativePath& path, int flags, unsigned mode,
                                   std::string_view operation) const {
  const bool keeps_link = (flags & (O_EXCL | O_NOFOLLOW)) != 0;
  int cause = ELOOP;
  for (int tries = 0; tries <= kRacesMax; ++tries) {
    Walked end;
    cause = walk(number(), path.str(), keeps_link ? LastLink::keep : LastLink::follow, end);
    if (cause != 0) break;
    Fd fd(retry_interrupted([&] {
      return openat(end.directory(number()), end.name.c_str(), flags | O_NOFOLLOW | O_CLOEXEC,
                    mode);
    }));
    if (fd.is_open()) return fd;
    cause = errno;
    // The name became a link since the walk looked at it: walk again.
    if (cause != ELOOP || keeps_link) break;
  }
  return path_error(cause, operation, path);
}

Result<ParentDirectory> PosixRoot::open_parent(const RelativePath& path,
                                               std::string_view operation) const {
  ParentDirectory parent;
  parent.name = path.name();
  const auto above = parent_of(path);
  if (!above) {
    parent.number = number();
    return parent;
  }
  auto opened = open(*above, O_PATH | O_DIRECTORY, 0, operation);
  if (!opened) return path_error(opened.error().cause(), operation, path);
  parent.owned = std::move(*opened);
  parent.number = parent.owned.number();
  return parent;
}

Result<RelativePath> PosixRoot::resolve(const RelativePath& path) const {
  if (method_ == Method::openat2) {
    // The usual case in one call: it exists, and there is no link on the way.
    const Fd fd(open_beneath(number(), path.str(), O_PATH, 0, kBeneath | RESOLVE_NO_SYMLINKS));
    if (fd.is_open()) return path;
  }
  Walked end;
  const int cause = walk(number(), path.str(), LastLink::follow, end);
  if (cause != 0) return path_error(cause, "resolve", path);
  return RelativePath::parse(end.path());
}

}  // namespace loop
