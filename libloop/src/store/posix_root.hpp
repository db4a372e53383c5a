// SPDX-License-Identifier: MIT
// A directory below which paths are resolved and never above: by openat2, or step by step.
#pragma once

#include <string>
#include <string_view>

#include "loop/base/result.h"
#include "loop/store/relative_path.h"
#include "store/posix_fd.hpp"

namespace loop {

// The directory that holds a name, for the *at calls. Either opened for this or the root's own.
struct ParentDirectory {
  Fd owned;
  int number = -1;
  std::string name;
};

class PosixRoot {
 public:
  enum class Method { openat2, walk };

  // `directory` is open for reading.
  PosixRoot(Fd directory, Method method) : directory_(std::move(directory)), method_(method) {}

  // openat2 where the kernel (and the container's filter) lets us use it.
  static Method best_method(const Fd& directory);

  int number() const { return directory_.number(); }

  // Follows links that stay inside, also the last one unless O_EXCL or O_NOFOLLOW is given.
  Result<Fd> open(const RelativePath& path, int flags, unsigned mode,
                  std::string_view operation) const;

  Result<ParentDirectory> open_parent(const RelativePath& path, std::string_view operation) const;

  // The path without links. What stands there, if anything, may change at once.
  Result<RelativePath> resolve(const RelativePath& path) const;

 private:
  Result<Fd> open_by_walk(const RelativePath& path, int flags, unsigned mode,
                          std::string_view operation) const;

  Fd directory_;
  Method method_;
};

// The error of a call on a path: outside_root in words for EXDEV, else as the errno says.
Error path_error(int cause, std::string_view operation, const RelativePath& path);

}  // namespace loop
