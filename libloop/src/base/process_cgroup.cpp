// SPDX-License-Identifier: MIT
// Control groups by the files of /sys/fs/cgroup.
#include "process_cgroup.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <optional>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "loop/base/text.h"
#include "process_fd.hpp"

namespace loop::process_cgroup {

namespace {

constexpr std::string_view kPrefix = "loop-run-";
constexpr int kTriesMax = 3;
constexpr int kDepthMax = 8;

std::optional<std::string> read_text(const std::string& path) {
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) return std::nullopt;
  std::string text;
  char block[4096];
  for (;;) {
    const ssize_t got = read(file.get(), block, sizeof block);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::nullopt;
    if (got == 0) return text;
    text.append(block, static_cast<std::size_t>(got));
  }
}

bool write_text(const std::string& path, const std::string& text) {
  const FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  return file.is_open() &&
         write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

template <class Visit>
void each_folder(const std::string& folder, const Visit& visit) {
  DIR* directory = opendir(folder.c_str());
  if (directory == nullptr) return;
  while (const dirent* entry = readdir(directory)) {
    const std::string_view name = entry->d_name;
    if (entry->d_type == DT_DIR && name != "." && name != "..") visit(name);
  }
  closedir(directory);
}

// Left by runners that were killed. Of a group in use rmdir says that it is busy.
void remove_left_ones(const std::string& base) {
  each_folder(base, [&](std::string_view name) {
    if (name.starts_with(kPrefix)) rmdir(fmt::format("{}/{}", base, name).c_str());
  });
}

void add_members(const std::string& group, int depth, std::vector<int>& pids) {
  const auto text = read_text(group + "/cgroup.procs");
  for (const std::string_view line : split_lines(text.value_or(""))) {
    int pid = 0;
    const auto [end, problem] = std::from_chars(line.data(), line.data() + line.size(), pid);
    if (problem == std::errc{} && pid > 0) pids.push_back(pid);
  }
  if (depth >= kDepthMax) return;
  each_folder(group, [&](std::string_view name) {
    add_members(fmt::format("{}/{}", group, name), depth + 1, pids);
  });
}

// mountinfo writes a space as \040.
bool is_plain(std::string_view path) { return path.find('\\') == std::string_view::npos; }

}  // namespace

Mount find_mount(std::string_view mountinfo) {
  for (const std::string_view line : split_lines(mountinfo)) {
    const std::size_t dash = line.find(" - ");
    if (dash == std::string_view::npos || !line.substr(dash + 3).starts_with("cgroup2 ")) continue;
    const auto fields = split(line.substr(0, dash), ' ');
    if (fields.size() < 5 || !is_plain(fields[3]) || !is_plain(fields[4])) continue;
    return {std::string(fields[4]), std::string(fields[3])};
  }
  return {};
}

std::string find_base(const Mount& mount, std::string_view own_groups) {
  if (mount.point.empty()) return {};
  for (const std::string_view line : split_lines(own_groups)) {
    if (!line.starts_with("0::/")) continue;
    std::string_view path = line.substr(3);
    if (path.substr(path.rfind('/') + 1).starts_with(kPrefix)) {
      path = path.substr(0, path.rfind('/'));
    }
    const std::string_view root = mount.root == "/" ? std::string_view{} : mount.root;
    const bool is_below = path.starts_with(root) && path.find("/..") == std::string_view::npos;
    if (!is_below) return {};
    path.remove_prefix(root.size());
    while (path.ends_with('/')) path.remove_suffix(1);
    return fmt::format("{}{}", mount.point, path);
  }
  return {};
}

std::string hold(std::string_view name, int pid) {
  const Mount mount = find_mount(read_text("/proc/self/mountinfo").value_or(""));
  const std::string base = find_base(mount, read_text("/proc/self/cgroup").value_or(""));
  if (base.empty() || access(base.c_str(), W_OK) != 0) return {};
  remove_left_ones(base);
  const std::string group = fmt::format("{}/{}{}", base, kPrefix, name);
  for (int tries = 0; tries < kTriesMax; ++tries) {
    if (::mkdir(group.c_str(), 0755) != 0 && errno != EEXIST) return {};
    if (write_text(group + "/cgroup.procs", fmt::to_string(pid))) return group;
    const bool was_removed = errno == ENOENT;  // as one left, by another runner
    if (!was_removed) break;
  }
  remove(group);
  return {};
}

std::vector<int> members(const std::string& group) {
  std::vector<int> pids;
  add_members(group, 0, pids);
  return pids;
}

bool kill_all(const std::string& group) { return write_text(group + "/cgroup.kill", "1"); }

void remove(const std::string& group) { rmdir(group.c_str()); }

}  // namespace loop::process_cgroup
