// SPDX-License-Identifier: MIT
// The step-by-step resolution.
#include "store/posix_walk.hpp"

#include "loop/base/text.h"

#include <array>
#include <climits>
#include <deque>

#include <fcntl.h>
#include <sys/stat.h>

namespace loop {

namespace {

constexpr int kLinksMax = 40;  // as the kernel's

// What is left to walk. A link's text goes in front.
class Components {
 public:
  void prepend(std::string_view text) {
    const auto parts = split(text, '/');
    rest_.insert(rest_.begin(), parts.begin(), parts.end());
    // A slash at the end asks for a directory, which "." says as well.
    if (text.ends_with('/')) rest_.insert(rest_.begin() + std::ssize(parts), ".");
  }
  bool is_empty() const { return rest_.empty(); }
  std::string take() {
    std::string component = std::move(rest_.front());
    rest_.pop_front();
    return component;
  }

 private:
  std::deque<std::string> rest_;
};

// The text of the link that is open as `link`; an errno on failure.
int read_link(const Fd& link, std::string& target) {
  std::array<char, PATH_MAX> buffer{};
  const ssize_t length = readlinkat(link.number(), "", buffer.data(), buffer.size());
  if (length < 0) return errno;
  if (static_cast<std::size_t>(length) == buffer.size()) return ENAMETOOLONG;
  target.assign(buffer.data(), static_cast<std::size_t>(length));
  return 0;
}

class Walk {
 public:
  Walk(int root, LastLink last_link, Walked& into)
      : root_(root), last_link_(last_link), into_(into) {}

  int run(std::string_view path) {
    into_ = Walked{};
    rest_.prepend(path);
    while (!rest_.is_empty()) {
      const std::string component = rest_.take();
      if (component.empty() || component == ".") continue;
      const int failure = component == ".." ? ascend() : step(component);
      if (failure != 0) return failure;
      if (is_done_) return 0;
    }
    into_.name = ".";
    into_.exists = true;
    return 0;
  }

 private:
  // To the directory that we came through, whatever its ".." says now.
  int ascend() {
    if (into_.levels.empty()) return EXDEV;
    into_.levels.pop_back();
    return 0;
  }

  int step(const std::string& component) {
    const bool is_last = rest_.is_empty();
    Fd found(retry_interrupted([&] {
      return openat(into_.directory(root_), component.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC);
    }));
    if (!found.is_open()) {
      if (errno != ENOENT || !is_last) return errno;
      return finish(component, false);
    }
    struct stat status{};
    if (fstat(found.number(), &status) != 0) return errno;
    const bool is_link = S_ISLNK(status.st_mode);
    if (is_last && !(is_link && last_link_ == LastLink::follow)) return finish(component, true);
    if (is_link) return follow(found);
    if (!S_ISDIR(status.st_mode)) return ENOTDIR;
    into_.levels.push_back({std::move(found), component});
    return 0;
  }

  int follow(const Fd& link) {
    if (++links_ > kLinksMax) return ELOOP;
    std::string target;
    if (const int failure = read_link(link, target); failure != 0) return failure;
    if (target.starts_with('/')) return EXDEV;
    rest_.prepend(target);
    return 0;
  }

  int finish(const std::string& name, bool exists) {
    into_.name = name;
    into_.exists = exists;
    is_done_ = true;
    return 0;
  }

  int root_;
  LastLink last_link_;
  Walked& into_;
  Components rest_;
  int links_ = 0;
  bool is_done_ = false;
};

}  // namespace

std::string Walked::path() const {
  std::string text;
  for (const Level& level : levels) text += level.name + "/";
  if (name != ".") return text + name;
  if (!text.empty()) text.pop_back();
  return text;
}

int walk(int root, std::string_view path, LastLink last_link, Walked& into) {
  return Walk(root, last_link, into).run(path);
}

}  // namespace loop
