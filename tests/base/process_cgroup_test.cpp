// SPDX-License-Identifier: MIT
// Control groups: where one is made, and that nothing leaves it.
#include "base/process_cgroup.hpp"

#include "loop/base/process.h"
#include "process_fixture.hpp"

using namespace loop;
using namespace loop::test;
using process_cgroup::find_base;
using process_cgroup::find_mount;
using process_cgroup::Mount;

namespace {

LaunchSpec shell(const TemporaryFolder& folder, const std::string& script) {
  LaunchSpec spec;
  spec.argv = {"/bin/sh", "-c", script};
  spec.environment = {"PATH=/usr/bin:/bin", "LOOP_ATTEMPT=cgroup/test"};
  spec.directory = folder.path();
  spec.group = "test-" + std::to_string(getpid());
  return spec;
}

}  // namespace

TEST_CASE("the mount of cgroup v2 is found among others") {
  const Mount hybrid = find_mount(
      "36 31 0:33 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu\n"
      "41 31 0:38 / /sys/fs/cgroup/unified rw,relatime shared:9 - cgroup2 cgroup2 rw\n");
  CHECK(hybrid.point == "/sys/fs/cgroup/unified");
  CHECK(hybrid.root == "/");
  CHECK(find_mount("30 1 0:26 /a/b /sys/fs/cgroup rw - cgroup2 c rw\n").root == "/a/b");
  CHECK(find_mount("").point.empty());
  CHECK(find_mount("41 31 0:38\n - cgroup2 x\ngarbage - cgroup2").point.empty());
  CHECK(find_mount("41 31 0:38 / /a\\040b rw - cgroup2 c rw\n").point.empty());
}

TEST_CASE("groups are made in the own group, beside one of a run, and only below the mount") {
  const Mount whole{"/sys/fs/cgroup", "/"};
  CHECK(find_base(whole, "0::/\n") == "/sys/fs/cgroup");
  CHECK(find_base(whole, "9:name=systemd:/x\n0::/user.slice/loop.service\n") ==
        "/sys/fs/cgroup/user.slice/loop.service");
  CHECK(find_base(whole, "0::/a/loop-run-0123\n") == "/sys/fs/cgroup/a");
  CHECK(find_base(whole, "0::/loop-run-0123\n") == "/sys/fs/cgroup");
  CHECK(find_base(whole, "4:memory:/a\n").empty());
  CHECK(find_base(whole, "0::/../b\n").empty());
  CHECK(find_base(whole, "").empty());
  CHECK(find_base({}, "0::/\n").empty());
  const Mount part{"/sys/fs/cgroup", "/docker/1"};
  CHECK(find_base(part, "0::/docker/1/x\n") == "/sys/fs/cgroup/x");
  CHECK(find_base(part, "0::/other\n").empty());
}

TEST_CASE("a process that left its tree is still in its group, and ends with it") {
  const TemporaryFolder folder;
  const auto launcher = make_posix_process_launcher();
  auto held = launcher->launch_held(shell(folder,
                                          "env -i setsid sh -c 'echo $$ > left; exec sleep 600' & "
                                          "while [ ! -s left ]; do sleep 0.01; done"));
  REQUIRE(held);
  const std::string group = (*held)->group();
  if (group.empty()) {
    WARN("not tried: no control group can be made here");
    return;
  }
  REQUIRE((*held)->release());
  REQUIRE(eventually([&] { return (*held)->poll().has_value(); }));

  const auto members = launcher->group_members(group, "LOOP_ATTEMPT=cgroup/test");
  REQUIRE(members.size() == 1);
  CHECK(std::to_string(members[0].pid) + "\n" == read_text(folder.path("left")));
  CHECK(launcher->tree((*held)->identity(), "LOOP_ATTEMPT=cgroup/test").empty());
  const Status killed = launcher->kill_group(group);
  INFO((killed ? std::string() : killed.error().message()));
  CHECK(killed);
  CHECK(eventually([&] { return !launcher->is_alive(members[0]); }));
  CHECK(eventually([&] {
    launcher->remove_group(group);
    return !exists(group);
  }));
}

TEST_CASE("a group with a process of another tree is left to the signals") {
  const TemporaryFolder folder;
  const auto launcher = make_posix_process_launcher();
  auto held = launcher->launch_held(
      shell(folder,
            "LOOP_ATTEMPT=other/a1 setsid sh -c 'echo $$ > other; exec sleep 600' & "
            "while [ ! -s other ]; do sleep 0.01; done; wait"));
  REQUIRE(held);
  const std::string group = (*held)->group();
  if (group.empty()) {
    WARN("not tried: no control group can be made here");
    return;
  }
  REQUIRE((*held)->release());
  REQUIRE(eventually([&] { return !read_text(folder.path("other")).empty(); }));

  CHECK(launcher->group_members(group, "LOOP_ATTEMPT=cgroup/test").empty());
  CHECK(launcher->group_members(group, "LOOP_ATTEMPT=other/a1").empty());
  CHECK(launcher->kill_group(group));
  CHECK(eventually([&] { return (*held)->poll().has_value(); }));
  CHECK(eventually([&] {
    launcher->remove_group(group);
    return !exists(group);
  }));
}

TEST_CASE("a child that wants no group has none, nor does a group that is gone have members") {
  const TemporaryFolder folder;
  const auto launcher = make_posix_process_launcher();
  LaunchSpec spec = shell(folder, "true");
  spec.group.clear();
  auto held = launcher->launch_held(spec);
  REQUIRE(held);
  CHECK((*held)->group().empty());
  CHECK(launcher->group_members("/sys/fs/cgroup/loop-run-none", "A=b").empty());
  CHECK_FALSE(launcher->kill_group("/sys/fs/cgroup/loop-run-none"));
}
