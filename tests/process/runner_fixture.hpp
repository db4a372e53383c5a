// SPDX-License-Identifier: MIT
// A workspace on disk with one claimed run, and runners as processes of their own.
#pragma once

#include <csignal>
#include <functional>
#include <memory>
#include <string>

#include <sys/wait.h>
#include <unistd.h>

#include "base/process_fixture.hpp"
#include "loop/agents/adapter.h"
#include "loop/domain/time_ledger.h"
#include "loop/engine/run_record.h"
#include "loop/engine/runner.h"
#include "loop/store/layout.h"

namespace loop::test {

inline RunIntent shell_intent() {
  RunIntent intent;
  intent.run = RunId("s@20251101T063800Z");
  intent.schedule = ScheduleId("s");
  intent.schedule_name = "Nightly";
  intent.claimed = *parse_instant("2025-11-01T06:38:00Z");
  intent.mode = ModeSlug("code");
  intent.agent = built_in_agents()[0];
  intent.session = "dc087996-78a6-4875-822a-6e875d7a8875";
  intent.zone = "Etc/UTC";
  intent.timeout_total = std::chrono::seconds{60};
  intent.kill_grace = std::chrono::milliseconds{300};
  return intent;
}

// Set by the handler that a test's runner process installs, as the program's main does.
inline volatile std::sig_atomic_t runner_was_asked = 0;

class RunnerWorkspace {
 public:
  // Changes the parts that a runner is given, inside the runner's process.
  using Arrange = std::function<void(RunnerWorkspace&)>;

  explicit RunnerWorkspace(RunIntent with = shell_intent()) : intent(std::move(with)) {
    auto opened = open_posix_files(folder.path());
    REQUIRE(opened);
    files = std::move(*opened);
    environment = {{"PATH", "/usr/local/bin:/usr/bin:/bin"}, {"HOME", folder.path()}};
  }

  void claim(const std::string& prompt) {
    RunDirectory directory(*files, random, intent.run);
    const Status claimed = directory.claim(intent, prompt);
    INFO((claimed ? std::string() : claimed.error().message()));
    REQUIRE(claimed);
  }

  // A runner process. Its exit code: 0 for success of run_launch, 1 for an error.
  pid_t start_runner(int launch = 1, const Arrange& arrange = {}) {
    const pid_t pid = fork();
    if (pid == 0) {
      struct sigaction action{};
      action.sa_handler = [](int) { runner_was_asked = 1; };
      sigaction(SIGTERM, &action, nullptr);
      processes = make_posix_process_launcher();
      if (arrange) arrange(*this);
      NullLog log;
      RunnerContext context{
          *files, clock, random, *processes, log, environment, [] { return runner_was_asked != 0; },
          hold};
      const Status done = run_launch(context, {intent.run, launch});
      if (!done) write_text(folder.path("runner-error"), done.error().message());
      _exit(done ? 0 : 1);
    }
    return pid;
  }

  int run(int launch = 1, const Arrange& arrange = {}) {
    return wait_for(start_runner(launch, arrange));
  }

  // The exit code, or 1000 + the signal.
  static int wait_for(pid_t pid) {
    int status = 0;
    REQUIRE(waitpid(pid, &status, 0) == pid);
    return WIFSIGNALED(status) ? 1000 + WTERMSIG(status) : WEXITSTATUS(status);
  }

  AttemptResult result(int launch = 1) {
    auto read = directory().result(launch);
    REQUIRE(read);
    REQUIRE(*read);
    return **read;
  }

  AttemptResult run_script(const std::string& script) {
    claim(script);
    REQUIRE(run() == 0);
    return result();
  }

  RunDirectory directory() { return {*files, random, intent.run}; }
  std::string text(const std::string& name) const { return read_text(folder.path(name)); }
  std::string launch_text(const std::string& name, int launch = 1) {
    return text(directory().launch_path(launch).str() + "/" + name);
  }
  std::vector<TimeEntry> time_entries() {
    return pair_entries(parse_time_table(text("task_timing.tsv")));
  }

  // Whether a process that wrote its pid into a file still lives.
  bool lives(const std::string& pid_file) {
    const std::string pid = text(pid_file);
    REQUIRE_FALSE(pid.empty());
    const std::string stat = read_text("/proc/" + std::string(pid, 0, pid.find('\n')) + "/stat");
    const std::size_t name_end = stat.rfind(") ");
    return name_end != std::string::npos && stat[name_end + 2] != 'Z';
  }

  const TemporaryFolder folder;
  RunIntent intent;
  std::unique_ptr<FileSystem> files;
  SystemClock clock;
  SystemRandom random;
  std::unique_ptr<ProcessLauncher> processes;
  std::map<std::string, std::string> environment;
  std::function<Status(RunIntent&)> hold;
};

}  // namespace loop::test
