// SPDX-License-Identifier: MIT
// Environment, folders and terminals of this process.
#include "front/surroundings.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <filesystem>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "loop/base/text.h"

extern char** environ;

namespace front {

namespace fs = std::filesystem;
using loop::Errc;
using loop::Error;
using loop::Result;

namespace {

std::string xdg_directory(const Surroundings& surroundings, const std::string& variable,
                          std::string_view below_home) {
  const std::string base = surroundings.variable(variable);
  if (base.starts_with('/')) return base + "/loop";  // the specification ignores relative ones
  const std::string home = surroundings.variable("HOME");
  return home.starts_with('/') ? fmt::format("{}/{}/loop", home, below_home) : std::string{};
}

bool stands(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

bool is_marked(const fs::path& directory) {
  return stands(directory / ".loop") || stands(directory / ".roo") || stands(directory / ".git");
}

std::string zone_in(std::string_view path) {
  constexpr std::string_view kMark = "/zoneinfo/";
  const std::size_t at = path.find(kMark);
  return at == std::string_view::npos ? std::string{} : std::string(path.substr(at + kMark.size()));
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ > STDERR_FILENO) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

}  // namespace

Surroundings Surroundings::of_process() {
  Surroundings found;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    found.environment.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  std::error_code ignored;
  found.program = fs::read_symlink("/proc/self/exe", ignored).string();
  found.directory = fs::current_path(ignored).string();
  found.stdin_is_terminal = ::isatty(STDIN_FILENO) == 1;
  found.stdout_is_terminal = ::isatty(STDOUT_FILENO) == 1;
  found.stderr_is_terminal = ::isatty(STDERR_FILENO) == 1;
  return found;
}

std::string Surroundings::variable(const std::string& name) const {
  const auto found = environment.find(name);
  return found == environment.end() ? std::string{} : found->second;
}

std::string Surroundings::config_directory() const {
  return xdg_directory(*this, "XDG_CONFIG_HOME", ".config");
}

std::string Surroundings::state_directory() const {
  return xdg_directory(*this, "XDG_STATE_HOME", ".local/state");
}

bool Surroundings::wants_colour(const std::string& when, bool is_terminal) const {
  if (when == "always") return true;
  if (when == "never") return false;
  if (!variable("NO_COLOR").empty()) return false;
  const std::string forced = variable("CLICOLOR_FORCE");
  if (!forced.empty() && forced != "0") return true;
  return is_terminal && variable("TERM") != "dumb";
}

Result<std::string> start_directory(const Surroundings& surroundings,
                                    const std::optional<std::string>& directory) {
  const fs::path given = directory.value_or(surroundings.directory);
  const fs::path absolute = given.is_absolute() ? given : fs::path(surroundings.directory) / given;
  std::error_code error;
  const fs::path real = fs::canonical(absolute, error);
  if (error) {
    return Error(error == std::errc::no_such_file_or_directory ? Errc::not_found : Errc::io,
                 fmt::format("directory \"{}\": {}", given.string(), error.message()),
                 error.value());
  }
  if (!fs::is_directory(real, error)) {
    return Error(Errc::invalid_argument, fmt::format("\"{}\" is no directory", given.string()));
  }
  return real.string();
}

Result<std::string> find_root(const Surroundings& surroundings,
                              const std::optional<std::string>& directory) {
  const std::string from_environment = surroundings.variable("LOOP_ROOT");
  if (!directory && !from_environment.empty()) {
    auto root = start_directory(surroundings, from_environment);
    if (!root) return std::move(root).error().with_context("LOOP_ROOT");
    return root;
  }
  LOOP_TRY(const std::string start, start_directory(surroundings, directory));
  for (fs::path at = start;; at = at.parent_path()) {
    if (is_marked(at)) return at.string();
    if (at == at.root_path()) break;
  }
  return Error(Errc::not_found,
               fmt::format("no workspace at or above {}: none of .loop, .roo and .git is there; "
                           "make one with `loopctl init`, or name one with -C DIR or LOOP_ROOT",
                           start));
}

std::string system_zone_name(const Surroundings& surroundings) {
  std::string_view name = surroundings.environment.contains("TZ")
                              ? std::string_view(surroundings.environment.at("TZ"))
                              : std::string_view{};
  if (name.starts_with(':')) name.remove_prefix(1);
  if (name.starts_with('/')) return zone_in(name);
  if (!name.empty()) return std::string(name);
  std::error_code ignored;
  const std::string linked = zone_in(fs::read_symlink(kLocalTime, ignored).string());
  return linked.empty() ? "UTC" : linked;
}

namespace {

Result<std::string> read_all(int file, const std::string& name, std::size_t bytes_max) {
  std::string content;
  std::array<char, 65536> chunk{};
  for (;;) {
    const ssize_t got = ::read(file, chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Error::from_errno(errno, fmt::format("read {}", name));
    if (got == 0) return content;
    content.append(chunk.data(), static_cast<std::size_t>(got));
    if (content.size() > bytes_max) {
      return Error(Errc::too_large, fmt::format("{} has more than {} bytes", name, bytes_max));
    }
  }
}

}  // namespace

Result<std::string> read_user_file(const std::string& path, std::size_t bytes_max) {
  const bool is_stdin = path == "-";
  const std::string name = is_stdin ? "standard input" : fmt::format("file \"{}\"", path);
  const Descriptor file(is_stdin ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return Error::from_errno(errno, fmt::format("open {}", name));
  return read_all(file.get(), name, bytes_max);
}

Result<std::string> read_secret_file(const std::string& path, std::size_t bytes_max) {
  const std::string name = fmt::format("file \"{}\"", path);
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0) return Error::from_errno(errno, fmt::format("open {}", name));
  struct stat facts{};
  if (::fstat(file.get(), &facts) != 0) return Error::from_errno(errno, "look at " + name);
  const unsigned mode = facts.st_mode & 07777U;
  if (!S_ISREG(facts.st_mode) || facts.st_uid != ::geteuid() || (mode & 0177U) != 0) {
    return Error(Errc::invalid_argument,
                 fmt::format("{} has mode {:04o}; it has to be a file of your own with mode 0600",
                             name, mode));
  }
  return read_all(file.get(), name, bytes_max);
}

loop::Status create_secret_file(const std::string& path, const std::string& content) {
  const std::string name = fmt::format("file \"{}\"", path);
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (file.get() < 0) {
    const int cause = errno;
    if (cause == EEXIST) return Error(Errc::already_exists, name + " is there already", cause);
    return Error::from_errno(cause, fmt::format("make {}", name));
  }
  const ssize_t put = ::write(file.get(), content.data(), content.size());
  if (put == static_cast<ssize_t>(content.size())) return {};
  const int cause = put < 0 ? errno : ENOSPC;
  std::error_code ignored;
  fs::remove(path, ignored);
  return Error::from_errno(cause, fmt::format("write {}", name));
}

loop::Status make_directory(const std::string& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) return Error::from_errno(error.value(), fmt::format("make directory {}", path));
  return {};
}

loop::Status make_private_directory(const std::string& path) {
  LOOP_TRY_VOID(make_directory(fs::path(path).parent_path().string()));
  if (::mkdir(path.c_str(), 0700) == 0 || errno == EEXIST) return {};
  return Error::from_errno(errno, fmt::format("make directory {}", path));
}

}  // namespace front
