// SPDX-License-Identifier: MIT
// The Linux launcher with real processes.
#include "loop/base/process.h"

#include "process_fixture.hpp"

#include <csignal>
#include <set>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace loop;
using namespace loop::test;
using std::chrono::seconds;

namespace {

LaunchSpec shell(const TemporaryFolder& folder, const std::string& script,
                 std::vector<std::string> arguments = {}) {
  LaunchSpec spec;
  spec.argv = {"/bin/sh", "-c", script, "sh"};
  spec.argv.insert(spec.argv.end(), arguments.begin(), arguments.end());
  spec.environment = {"PATH=/usr/bin:/bin"};
  spec.directory = folder.path();
  spec.stdout_path = folder.path("out");
  spec.stderr_path = folder.path("err");
  return spec;
}

ExitStatus run(ProcessLauncher& launcher, const LaunchSpec& spec) {
  auto child = launcher.launch_held(spec);
  REQUIRE(child);
  REQUIRE((*child)->release());
  std::optional<ExitStatus> status;
  REQUIRE(eventually([&] { return (status = (*child)->wait(seconds{1})).has_value(); }));
  return *status;
}

std::set<std::string> open_descriptors() {
  std::set<std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    found.insert(entry.path().filename().string());
  }
  return found;
}

}  // namespace

TEST_CASE("an exit status reads well") {
  CHECK(to_string(ExitStatus{false, 0}) == "exit code 0");
  CHECK(to_string(ExitStatus{false, 3}) == "exit code 3");
  CHECK(to_string(ExitStatus{true, 9}) == "signal 9 (SIGKILL)");
  CHECK(to_string(ExitStatus{true, 99}) == "signal 99 (unknown)");
  CHECK(to_string(ExitStatus{false, -1}) == "exit code unknown");
}

TEST_CASE("exit codes and signals are told apart") {
  const TemporaryFolder folder;
  const auto launcher = make_posix_process_launcher();

  CHECK(run(*launcher, shell(folder, "exit 0")).ok());
  const ExitStatus three = run(*launcher, shell(folder, "exit 3"));
  CHECK((!three.signalled && three.code == 3));
  const ExitStatus killed = run(*launcher, shell(folder, "kill -9 $$"));
  CHECK((killed.signalled && killed.code == SIGKILL));
  const ExitStatus looks_killed = run(*launcher, shell(folder, "exit 137"));
  CHECK((!looks_killed.signalled && looks_killed.code == 137));
}

TEST_CASE("hostile arguments arrive unchanged and output is appended") {
  const TemporaryFolder folder;
  const auto launcher = make_posix_process_launcher();
  const std::vector<std::string> hostile = {
      "-x", "; rm -rf /", "a\nb", "'\"`$(id)`", "", "\xff\xfe", "*", "--", std::string(5000, 'y')};

  run(*launcher, shell(folder, "printf '%s\\0' \"$@\"", hostile));
  std::string expected;
  for (const std::string& text : hostile) expected += text + '\0';
  CHECK(read_text(folder.path("out")) == expected);

  run(*launcher, shell(folder, "echo more"));
  CHECK(read_text(folder.path("out")) == expected + "more\n");
  CHECK((std::filesystem::status(folder.path("out")).permissions() ==
         (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write)));
}

TEST_CASE("a child gets the given environment, directory and nothing else") {
  const TemporaryFolder folder;
  const auto launcher = make_posix_process_launcher();
  const int leak = open("/dev/null", O_RDONLY);  // no O_CLOEXEC, as in careless programs
  signal(SIGPIPE, SIG_IGN);
  sigset_t blocked, before;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGUSR1);
  sigprocmask(SIG_BLOCK, &blocked, &before);
  const std::string script =
      "env | sort; pwd; echo $(ls /proc/self/fd); grep -E 'Sig(Blk|Ign)' /proc/self/status;"
      "cat";

  LaunchSpec spec = shell(folder, script);
  spec.environment.push_back("LOOP_X=a b");
  for (const bool held : {true, false}) {
    std::filesystem::remove(folder.path("out"));
    if (held) {
      CHECK(run(*launcher, spec).ok());
    } else {
      const auto identity = launcher->launch_detached(spec);
      REQUIRE(identity);
      REQUIRE(eventually([&] { return !launcher->is_alive(*identity); }));
    }
    const std::string out = read_text(folder.path("out"));
    INFO(out);
    CHECK(out.find("LOOP_X=a b\n") != std::string::npos);
    CHECK(out.find("HOME=") == std::string::npos);
    CHECK(out.find("\n" + folder.path() + "\n") != std::string::npos);
    CHECK(out.find("\n0 1 2 3\n") != std::string::npos);  // 3 is the listing's own
    CHECK(out.find("SigBlk:\t0000000000000000") != std::string::npos);
    CHECK(out.find("0000000\n", out.find("SigIgn")) !=
          std::string::npos);  // above: the C library's
  }
  sigprocmask(SIG_SETMASK, &before, nullptr);
  signal(SIGPIPE, SIG_DFL);
  close(leak);
}

TEST_CASE("a held child leads a group and a detached one a session") {
  const TemporaryFolder folder;
  const auto launcher = make_posix_process_launcher();

  auto held = launcher->launch_held(shell(folder, "exit 0"));
  REQUIRE(held);
  CHECK(getpgid((*held)->identity().pid) == (*held)->identity().pid);
  CHECK(getsid((*held)->identity().pid) == getsid(0));

  const auto detached = launcher->launch_detached(shell(folder, "read x < /dev/zero"));
  REQUIRE(detached);
  CHECK(getsid(detached->pid) == detached->pid);
  CHECK(launcher->is_alive(*detached));
  CHECK(launcher->signal(*detached, SIGKILL));
  CHECK(eventually([&] { return !launcher->is_alive(*detached); }));
}

TEST_CASE("a held child runs nothing before its release") {
  const TemporaryFolder folder;
  const auto launcher = make_posix_process_launcher();
  const LaunchSpec spec = shell(folder, "touch ran");

  auto child = launcher->launch_held(spec);
  REQUIRE(child);
  const ProcessIdentity identity = (*child)->identity();
  CHECK(launcher->is_alive(identity));
  CHECK_FALSE((*child)->poll());
  CHECK_FALSE((*child)->wait(std::chrono::milliseconds{1}));
  CHECK_FALSE(exists(folder.path("ran")));

  child->reset();
  CHECK_FALSE(launcher->is_alive(identity));
  CHECK_FALSE(exists(folder.path("ran")));

  CHECK(run(*launcher, spec).ok());
  CHECK(exists(folder.path("ran")));
}

TEST_CASE("a held child whose parent is killed never runs its program") {
  const TemporaryFolder folder;
  int report[2];
  REQUIRE(pipe(report) == 0);
  const pid_t parent = fork();
  if (parent == 0) {
    const auto own = make_posix_process_launcher();
    auto child = own->launch_held(shell(folder, "touch ran"));
    const ProcessIdentity identity = child ? (*child)->identity() : ProcessIdentity{};
    if (write(report[1], &identity.pid, sizeof identity.pid) < 0) _exit(1);
    if (write(report[1], &identity.start_ticks, sizeof identity.start_ticks) < 0) _exit(1);
    kill(getpid(), SIGKILL);
  }
  const auto launcher = make_posix_process_launcher();
  ProcessIdentity agent = launcher->self();
  REQUIRE(read(report[0], &agent.pid, sizeof agent.pid) == sizeof agent.pid);
  REQUIRE(read(report[0], &agent.start_ticks, sizeof agent.start_ticks) > 0);
  REQUIRE(agent.pid > 0);
  waitpid(parent, nullptr, 0);

  CHECK(eventually([&] { return !launcher->is_alive(agent); }));
  CHECK_FALSE(exists(folder.path("ran")));
  close(report[0]);
  close(report[1]);
}

TEST_CASE("a running child gets SIGTERM when its parent is killed") {
  const TemporaryFolder folder;
  const pid_t parent = fork();
  if (parent == 0) {
    const auto own = make_posix_process_launcher();
    auto child = own->launch_held(shell(
        folder, "trap 'echo term > got; exit' TERM; echo $$ > pid; while :; do sleep 1; done"));
    if (!child || !(*child)->release()) _exit(1);
    eventually([&] { return !read_text(folder.path("pid")).empty(); });
    kill(getpid(), SIGKILL);
  }
  waitpid(parent, nullptr, 0);

  CHECK(eventually([&] { return read_text(folder.path("got")) == "term\n"; }));
}

TEST_CASE("a program that cannot be started is reported by release, and leaves no zombie") {
  const TemporaryFolder folder;
  const auto launcher = make_posix_process_launcher();
  write_text(folder.path("text"), "no program\n");
  write_text(folder.path("noexec"), "no program\n");
  std::filesystem::permissions(folder.path("text"), std::filesystem::perms::owner_all);

  struct Case {
    const char* program;
    Errc code;
  };
  for (const Case& wrong :
       {Case{"no-such-program-here", Errc::not_found}, Case{"/no/such/program", Errc::not_found},
        Case{"./text", Errc::invalid_argument}, Case{"./noexec", Errc::read_only}}) {
    INFO(wrong.program);
    LaunchSpec spec = shell(folder, "");
    spec.argv = {wrong.program, "argument"};

    auto child = launcher->launch_held(spec);
    REQUIRE(child);
    const ProcessIdentity identity = (*child)->identity();
    const Status released = (*child)->release();
    REQUIRE_FALSE(released);
    CHECK(released.error().code() == wrong.code);
    CHECK(released.error().message().find(wrong.program) != std::string::npos);
    CHECK(waitpid(identity.pid, nullptr, WNOHANG) == -1);

    const auto detached = launcher->launch_detached(spec);
    REQUIRE_FALSE(detached);
    CHECK(detached.error().code() == wrong.code);
  }
}

TEST_CASE("a program is never found through a relative entry of PATH") {
  const TemporaryFolder folder;
  const auto launcher = make_posix_process_launcher();
  write_text(folder.path("trap"), "#!/bin/sh\n");
  std::filesystem::permissions(folder.path("trap"), std::filesystem::perms::owner_all);

  for (const char* path : {"PATH=.", "PATH=", "PATH=:/usr/bin", "PATH=/usr/bin:"}) {
    LaunchSpec spec = shell(folder, "");
    spec.argv = {"trap"};
    spec.environment = {path};
    auto child = launcher->launch_held(spec);
    REQUIRE(child);
    CHECK_FALSE((*child)->release());
  }
}

TEST_CASE("a wrong spec is refused before anything starts") {
  const TemporaryFolder folder;
  const auto launcher = make_posix_process_launcher();
  const LaunchSpec good = shell(folder, "touch ran");
  std::vector<LaunchSpec> wrong(6, good);
  wrong[0].argv.clear();
  wrong[1].argv[0].clear();
  wrong[2].directory = "relative";
  wrong[3].argv.push_back(std::string("a\0b", 3));
  wrong[4].stdout_path = folder.path("absent/out");
  wrong[5].stdin_path = folder.path("absent");

  for (const LaunchSpec& spec : wrong) {
    CHECK_FALSE(launcher->launch_held(spec));
    CHECK_FALSE(launcher->launch_detached(spec));
  }
  CHECK_FALSE(exists(folder.path("ran")));
}

TEST_CASE("a signal reaches exactly the process that is meant") {
  const TemporaryFolder folder;
  const auto launcher = make_posix_process_launcher();
  auto child = launcher->launch_held(shell(folder, "while :; do sleep 1; done"));
  REQUIRE(child);
  REQUIRE((*child)->release());
  const ProcessIdentity identity = (*child)->identity();

  ProcessIdentity reused = identity;
  reused.start_ticks += 1;
  ProcessIdentity other_boot = identity;
  other_boot.boot_id = "an earlier boot";
  for (const ProcessIdentity& wrong :
       {reused, other_boot, ProcessIdentity{}, ProcessIdentity{-1, 0, ""}}) {
    CHECK_FALSE(launcher->is_alive(wrong));
    const Status sent = launcher->signal(wrong, SIGKILL);
    REQUIRE_FALSE(sent);
    CHECK(sent.error().code() == Errc::not_found);
  }
  CHECK(launcher->is_alive(identity));

  CHECK(launcher->signal(identity, SIGKILL));
  REQUIRE(eventually([&] { return !launcher->is_alive(identity); }));
  CHECK_FALSE(launcher->signal(identity, SIGKILL));  // still a zombie: it has ended all the same
  const auto status = (*child)->poll();
  REQUIRE(status);
  CHECK(status->code == SIGKILL);
}

TEST_CASE("a hundred launches leave no zombie and no descriptor") {
  const TemporaryFolder folder;
  const auto launcher = make_posix_process_launcher();
  const auto before = open_descriptors();
  std::vector<int> pids;
  for (int count = 0; count < 50; ++count) {
    const auto detached = launcher->launch_detached(shell(folder, "exit 1"));
    REQUIRE(detached);
    pids.push_back(detached->pid);
    auto child = launcher->launch_held(shell(folder, "exit 1"));
    REQUIRE(child);
    pids.push_back((*child)->identity().pid);
    if (count % 2 == 0) {
      REQUIRE((*child)->release());
    }
  }

  CHECK(open_descriptors() == before);
  CHECK(eventually([&] {
    launcher->is_alive(launcher->self());
    return std::none_of(pids.begin(), pids.end(), [](int pid) { return kill(pid, 0) == 0; });
  }));
}

TEST_CASE("the launcher leaves other children of the program alone") {
  const TemporaryFolder folder;
  const auto launcher = make_posix_process_launcher();
  const pid_t own = fork();
  if (own == 0) _exit(42);

  for (int count = 0; count < 5; ++count) run(*launcher, shell(folder, "exit 0"));
  launcher->tree(launcher->self(), "LOOP_ATTEMPT=none");

  int status = 0;
  CHECK(waitpid(own, &status, 0) == own);
  CHECK(WEXITSTATUS(status) == 42);
}

TEST_CASE("a tree holds those who left the session, and never this process") {
  const TemporaryFolder folder;
  const auto launcher = make_posix_process_launcher();
  LaunchSpec spec = shell(folder,
                          "setsid sh -c 'sh -c \"echo \\$\\$ > grandchild; exec sleep 1000\" & "
                          "echo $$ > left; exit' & echo $$ > main; exec sleep 1000");
  spec.environment.push_back("LOOP_ATTEMPT=r/a1");
  auto child = launcher->launch_held(spec);
  REQUIRE(child);
  REQUIRE((*child)->release());
  REQUIRE(eventually([&] {
    return !read_text(folder.path("grandchild")).empty() && !read_text(folder.path("main")).empty();
  }));
  const int grandchild = std::stoi(read_text(folder.path("grandchild")));

  const auto pids = [&](const std::string& marker) {
    std::set<int> found;
    for (const auto& process : launcher->tree((*child)->identity(), marker))
      found.insert(process.pid);
    return found;
  };
  REQUIRE(eventually([&] { return pids("LOOP_ATTEMPT=r/a1").size() == 2; }));
  CHECK(pids("LOOP_ATTEMPT=r/a1") == std::set<int>{(*child)->identity().pid, grandchild});
  CHECK(pids("LOOP_ATTEMPT=r/a11").count(grandchild) == 0);
  CHECK(pids("LOOP_ATTEMPT=r/a").count(grandchild) == 0);
  CHECK(launcher->tree(launcher->self(), "x=y").size() >= 1);
  CHECK(pids("LOOP_ATTEMPT=r/a1").count(getpid()) == 0);

  for (const auto& process : launcher->tree((*child)->identity(), "LOOP_ATTEMPT=r/a1")) {
    CHECK(launcher->signal(process, SIGKILL));
  }
  CHECK(eventually([&] { return pids("LOOP_ATTEMPT=r/a1").empty(); }));
}

TEST_CASE("an adopting process finds orphans that cleared their environment, and reaps them") {
  const TemporaryFolder folder;
  const pid_t supervisor = fork();  // adoption is for the whole process and stays
  if (supervisor == 0) {
    const auto launcher = make_posix_process_launcher();
    launcher->adopt_orphans();
    LaunchSpec spec =
        shell(folder, "setsid env -i /bin/sh -c 'echo $$ > orphan; exec sleep 1000' &");
    auto child = launcher->launch_held(spec);
    if (!child || !(*child)->release()) _exit(1);
    if (!eventually([&] { return (*child)->poll().has_value(); })) _exit(2);
    if (!eventually([&] { return !read_text(folder.path("orphan")).empty(); })) _exit(3);
    // One look at /proc may fall between the orphan's change of parent and of program.
    std::vector<ProcessIdentity> found;
    if (!eventually([&] {
          found = launcher->tree((*child)->identity(), "LOOP_ATTEMPT=r/a1");
          return found.size() == 1;
        })) {
      _exit(4);
    }
    if (!launcher->signal(found[0], SIGKILL)) _exit(5);
    const bool reaped = eventually([&] {
      return launcher->tree((*child)->identity(), "LOOP_ATTEMPT=r/a1").empty() &&
             kill(found[0].pid, 0) != 0;
    });
    _exit(reaped ? 0 : 6);
  }
  int status = 0;
  REQUIRE(waitpid(supervisor, &status, 0) == supervisor);
  CHECK(WEXITSTATUS(status) == 0);
}
