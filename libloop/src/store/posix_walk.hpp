// SPDX-License-Identifier: MIT
// Resolving a path component by component, links by hand: for kernels and filters without openat2.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "store/posix_fd.hpp"

namespace loop {

enum class LastLink { follow, keep };

// Where a path leads: the directories down to it, and a name in the last of them which may not
// exist, and which may have been replaced (by a link, too) since it was looked at.
struct Walked {
  struct Level {
    Fd directory;  // not open for the root
    std::string name;
  };
  std::vector<Level> levels;  // the root is not among them
  std::string name;           // "." when a link led to a directory by "." or ".."
  bool exists = false;

  int directory(int root) const { return levels.empty() ? root : levels.back().directory.number(); }
  std::string path() const;
};

// 0, or an errno: EXDEV when the path leaves the root, ELOOP after 40 links.
int walk(int root, std::string_view path, LastLink last_link, Walked& into);

}  // namespace loop
