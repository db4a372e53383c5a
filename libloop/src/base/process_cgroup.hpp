// SPDX-License-Identifier: MIT
// A control group (cgroup v2) for a child and all that it starts: nothing leaves it by forking.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace loop::process_cgroup {

// Makes a group of this name where this process may make one, and puts a process into it. Its
// absolute path; empty when there is no cgroup v2, or no part of it that this user may write.
std::string hold(std::string_view name, int pid);

// The pids in a group and in those below it.
std::vector<int> members(const std::string& group);

// SIGKILL to all in it at once, also to what is being forked. False before Linux 5.14.
bool kill_all(const std::string& group);

// A group that still has processes stays.
void remove(const std::string& group);

// ---- Parts, for tests. ----

// The mount point of cgroup v2 and the folder in it that is this mount's root, from the text of
// /proc/self/mountinfo; empty when it is not mounted.
struct Mount {
  std::string point;
  std::string root;
};
Mount find_mount(std::string_view mountinfo);

// The folder in which a process makes its groups: its own group (from the text of
// /proc/self/cgroup), or the one above when that is such a group itself. Empty when it lies outside
// of the mount.
std::string find_base(const Mount& mount, std::string_view own_groups);

}  // namespace loop::process_cgroup
