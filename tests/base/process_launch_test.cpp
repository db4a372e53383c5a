// SPDX-License-Identifier: MIT
// Children that are started at once, and finding what they started without reading all of /proc.
#include "loop/base/process.h"

#include "base/process_table.hpp"
#include "process_fixture.hpp"

#include <algorithm>
#include <csignal>
#include <latch>
#include <thread>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace loop;
using namespace loop::test;
using std::chrono::seconds;

namespace {

LaunchSpec shell(const TemporaryFolder& folder, const std::string& script) {
  LaunchSpec spec;
  spec.argv = {"/bin/sh", "-c", script};
  spec.environment = {"PATH=/usr/bin:/bin", "LOOP_ATTEMPT=launch/test"};
  spec.directory = folder.path();
  spec.stdout_path = folder.path("out");
  spec.stderr_path = folder.path("err");
  return spec;
}

ExitStatus end_of(ChildProcess& child) {
  std::optional<ExitStatus> status;
  REQUIRE(eventually([&] { return (status = child.wait(seconds{1})).has_value(); }));
  return *status;
}

int handled = 0;
void count_signal(int) { ++handled; }

}  // namespace

TEST_CASE("a child that is started at once has its own group and its code is told") {
  const TemporaryFolder folder;
  const auto launcher = make_posix_process_launcher();

  auto child = launcher->launch(shell(folder, "kill -STOP $$; exit 3"));
  REQUIRE(child);
  CHECK(launcher->is_alive((*child)->identity()));
  CHECK(getpgid((*child)->identity().pid) == (*child)->identity().pid);
  CHECK((*child)->release().error().code() == Errc::conflict);
  // Stopped by itself, so it is there until it is told to go on.
  REQUIRE(
      eventually([&] { return process_table::read_row((*child)->identity().pid)->state == 'T'; }));
  CHECK_FALSE((*child)->poll());
  CHECK(launcher->signal((*child)->identity(), SIGCONT));
  CHECK(end_of(**child).code == 3);
}

TEST_CASE("a child that is started at once inherits no descriptor, signal or environment") {
  const TemporaryFolder folder;
  const auto launcher = make_posix_process_launcher();
  const int leak = open("/dev/null", O_RDONLY);  // no O_CLOEXEC, as in careless programs
  signal(SIGPIPE, SIG_IGN);
  signal(SIGUSR2, count_signal);
  sigset_t blocked, before;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGUSR1);
  sigprocmask(SIG_BLOCK, &blocked, &before);

  auto child = launcher->launch(
      shell(folder,
            "env; pwd; echo $(ls /proc/self/fd); grep -E 'Sig(Blk|Ign)' /proc/self/status; "
            "cat; exit 3"));
  REQUIRE(child);
  CHECK(end_of(**child).code == 3);

  const std::string out = read_text(folder.path("out"));
  INFO(out);
  CHECK(out.find("HOME=") == std::string::npos);
  CHECK(out.find("\n" + folder.path() + "\n") != std::string::npos);
  CHECK(out.find("\n0 1 2 3\n") != std::string::npos);  // 3 is the listing's own
  CHECK(out.find("SigBlk:\t0000000000000000") != std::string::npos);
  CHECK(out.find("0000000\n", out.find("SigIgn")) != std::string::npos);

  // The child set its signals in this process's memory: here all is as before.
  sigset_t now;
  sigprocmask(SIG_SETMASK, nullptr, &now);
  CHECK(sigismember(&now, SIGUSR1) == 1);
  CHECK(sigismember(&now, SIGUSR2) == 0);
  raise(SIGUSR2);
  CHECK(handled == 1);
  sigprocmask(SIG_SETMASK, &before, nullptr);
  signal(SIGPIPE, SIG_DFL);
  signal(SIGUSR2, SIG_DFL);
  close(leak);
}

TEST_CASE("what cannot be started at once is told by its launch, and leaves no zombie") {
  const TemporaryFolder folder;
  const auto launcher = make_posix_process_launcher();
  write_text(folder.path("text"), "no program\n");
  write_text(folder.path("noexec"), "no program\n");
  std::filesystem::permissions(folder.path("text"), std::filesystem::perms::owner_all);
  struct Case {
    const char* program;
    const char* directory;
    Errc code;
  };
  const std::string here = folder.path();
  for (const Case& wrong : {Case{"no-such-program-here", here.c_str(), Errc::not_found},
                            Case{"/no/such/program", here.c_str(), Errc::not_found},
                            Case{"./text", here.c_str(), Errc::invalid_argument},
                            Case{"./noexec", here.c_str(), Errc::read_only},
                            Case{"/bin/true", "/no/such/folder", Errc::not_found}}) {
    INFO(wrong.program);
    LaunchSpec spec = shell(folder, "");
    spec.argv = {wrong.program};
    spec.directory = wrong.directory;

    const auto child = launcher->launch(spec);

    REQUIRE_FALSE(child);
    CHECK(child.error().code() == wrong.code);
    CHECK(child.error().message().find(wrong.program) != std::string::npos);
    CHECK(waitpid(-1, nullptr, WNOHANG) == -1);
  }
}

TEST_CASE("a child that was started at once gets SIGTERM when its parent is killed") {
  const TemporaryFolder folder;
  const pid_t parent = fork();
  if (parent == 0) {
    const auto own = make_posix_process_launcher();
    const auto child = own->launch(shell(
        folder, "trap 'echo term > got; exit' TERM; echo $$ > pid; while :; do sleep 1; done"));
    if (!child) _exit(1);
    eventually([&] { return !read_text(folder.path("pid")).empty(); });
    kill(getpid(), SIGKILL);
  }
  waitpid(parent, nullptr, 0);

  CHECK(eventually([&] { return read_text(folder.path("got")) == "term\n"; }));
}

TEST_CASE("what a short command left in a session of its own is found at once") {
  const TemporaryFolder folder;
  const auto launcher = make_posix_process_launcher();

  auto child = launcher->launch(shell(folder, "setsid sleep 1000 & echo $! > left"));
  REQUIRE(child);
  REQUIRE(end_of(**child).ok());
  const int left = std::stoi(read_text(folder.path("left")));

  const auto found = launcher->tree((*child)->identity(), "LOOP_ATTEMPT=launch/test");
  REQUIRE(found.size() == 1);
  CHECK(found[0].pid == left);
  CHECK(launcher->signal(found[0], SIGKILL));
}

// In the middle of an exec a process has no environment that could be read.
TEST_CASE("what is left is found however far its own start has come") {
  const TemporaryFolder folder;
  const auto launcher = make_posix_process_launcher();
  for (int round = 0; round < 100; ++round) {
    INFO("round " << round);
    auto child = launcher->launch(shell(folder, "setsid sleep 1000 & echo $! > left"));
    REQUIRE(child);
    REQUIRE(end_of(**child).ok());

    const auto found = launcher->tree((*child)->identity(), "LOOP_ATTEMPT=launch/test");
    REQUIRE(found.size() == 1);
    CHECK(launcher->signal(found[0], SIGKILL));
  }
}

TEST_CASE("the processes since a young one are read alone, without threads") {
  const auto self = process_table::read_row(getpid());
  REQUIRE(self);
  std::latch ready(1), done(1);
  // A process and a thread, both younger than `first`.
  const pid_t first = fork();
  if (first == 0) pause();
  std::thread thread([&] {
    ready.count_down();
    done.wait();
  });
  ready.wait();
  const pid_t second = fork();
  if (second == 0) pause();

  const auto row = process_table::read_row(first);
  REQUIRE(row);
  const auto rows = process_table::read_since(first, row->start_ticks);
  // Nothing where pids went round, or other programs have started many, meanwhile.
  if (rows) {
    const auto has = [&](pid_t pid) {
      return std::any_of(rows->begin(), rows->end(),
                         [&](const auto& one) { return one.pid == pid; });
    };
    CHECK(has(first));
    CHECK(has(second));
    for (const auto& one : *rows) CHECK(one.parent != self->parent);  // as a thread of ours would
  }
  done.count_down();
  thread.join();
  for (const pid_t pid : {first, second}) {
    kill(pid, SIGKILL);
    waitpid(pid, nullptr, 0);
  }
}

TEST_CASE("the processes since an old one are not guessed") {
  CHECK_FALSE(process_table::read_since(1, 0));
  const auto self = process_table::read_row(getpid());
  REQUIRE(self);
  CHECK_FALSE(process_table::read_since(getpid(), 0));  // pids may have gone round since the boot
  CHECK_FALSE(process_table::read_since(1 << 30, self->start_ticks));
}
