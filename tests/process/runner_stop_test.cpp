// SPDX-License-Identifier: MIT
// Time limits, stop requests, and that no process of a run is left behind.
#include "runner_fixture.hpp"

using namespace loop;
using namespace loop::test;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

// Ignores SIGTERM, and so do its children: one in its session, one that left the session and lost
// its parent, one that cleared its environment as well.
constexpr const char* kHostile =
    "trap '' TERM HUP INT\n"
    "sh -c 'echo $$ > child; exec sleep 1000' &\n"
    "setsid sh -c '(sh -c \"echo \\$\\$ > orphan; exec sleep 1000\" &) ; exit' &\n"
    "setsid env -i /bin/sh -c '(/bin/sh -c \"echo \\$\\$ > hidden; exec sleep 1000\" &) ; exit' &\n"
    "echo $$ > main\n"
    "while :; do sleep 1; done\n";

bool all_written(RunnerWorkspace& workspace) {
  for (const char* name : {"main", "child", "orphan", "hidden"}) {
    if (workspace.text(name).empty()) return false;
  }
  return true;
}

void check_all_gone(RunnerWorkspace& workspace) {
  for (const char* name : {"main", "child", "orphan", "hidden"}) {
    INFO(name);
    CHECK_FALSE(workspace.lives(name));
  }
}

void request_stop(RunnerWorkspace& workspace, AttemptEnd as) {
  REQUIRE(workspace.directory().write_stop(1, {as, "asked by a test", workspace.clock.now()}));
}

}  // namespace

TEST_CASE("a hostile tree is gone after its time is over") {
  RunIntent intent = shell_intent();
  intent.timeout_total = seconds{1};
  RunnerWorkspace workspace(intent);
  const auto result = workspace.run_script(kHostile);

  CHECK(result.end == AttemptEnd::timed_out);
  CHECK(result.outcome.outcome == OutcomeClass::limit);
  CHECK(result.outcome.reason.find("1.0s") != std::string::npos);
  REQUIRE(result.exit);
  CHECK(result.exit->signalled);
  CHECK(result.exit->code == SIGKILL);
  CHECK(result.note.empty());
  check_all_gone(workspace);
  CHECK(workspace.launch_text("events.jsonl").find("80 %") != std::string::npos);
  CHECK(workspace.time_entries()[0].result.substr(0, 10) == "timed_out:");
}

TEST_CASE("a stop request ends the whole tree, as what was asked") {
  for (const AttemptEnd as :
       {AttemptEnd::interrupted, AttemptEnd::stalled, AttemptEnd::cancelled}) {
    RunnerWorkspace workspace;
    workspace.claim(kHostile);
    const pid_t runner = workspace.start_runner();
    REQUIRE(eventually([&] { return all_written(workspace); }));
    request_stop(workspace, as);

    CHECK(RunnerWorkspace::wait_for(runner) == 0);
    const auto result = workspace.result();
    CHECK(result.end == as);
    CHECK(result.outcome.reason == "asked by a test");
    check_all_gone(workspace);
  }
}

TEST_CASE("a polite agent ends on SIGTERM, with its exit code kept") {
  RunnerWorkspace workspace;
  workspace.claim("trap 'echo bye; exit 7' TERM; echo $$ > main; while :; do sleep 0.05; done");
  const pid_t runner = workspace.start_runner();
  REQUIRE(eventually([&] { return !workspace.text("main").empty(); }));
  kill(runner, SIGTERM);

  CHECK(RunnerWorkspace::wait_for(runner) == 0);
  const auto result = workspace.result();
  CHECK(result.end == AttemptEnd::cancelled);
  CHECK(result.outcome.outcome == OutcomeClass::killed);
  CHECK(result.exit->code == 7);
  CHECK(result.outcome.answer == "bye");
  CHECK(workspace.time_entries()[0].result.substr(0, 10) == "cancelled:");
}

TEST_CASE("a written stop request says more than the signal to the runner") {
  RunnerWorkspace workspace;
  workspace.claim("echo $$ > main; while :; do sleep 0.05; done");
  const pid_t runner = workspace.start_runner();
  REQUIRE(eventually([&] { return !workspace.text("main").empty(); }));
  request_stop(workspace, AttemptEnd::interrupted);
  kill(runner, SIGTERM);

  CHECK(RunnerWorkspace::wait_for(runner) == 0);
  CHECK(workspace.result().end == AttemptEnd::interrupted);
}

TEST_CASE("a run that is stopped before its start never starts") {
  RunnerWorkspace workspace;
  workspace.claim("touch ran");
  REQUIRE(workspace.directory().make_launch(1));
  request_stop(workspace, AttemptEnd::cancelled);

  CHECK(workspace.run() == 0);
  CHECK(workspace.result().end == AttemptEnd::cancelled);
  CHECK_FALSE(exists(workspace.folder.path("ran")));
  CHECK_FALSE(*workspace.directory().started(1));
}

TEST_CASE("silence is limited at the start and later") {
  RunIntent start_up = shell_intent();
  start_up.timeout_startup = milliseconds{300};
  RunnerWorkspace silent(start_up);
  CHECK(silent.run_script("sleep 1000; echo late").end == AttemptEnd::timed_out);

  RunIntent idle = shell_intent();
  idle.timeout_idle = milliseconds{300};
  idle.timeout_startup = seconds{50};
  RunnerWorkspace stalled(idle);
  const auto result = stalled.run_script("echo word; sleep 1000");
  CHECK(result.end == AttemptEnd::stalled);
  CHECK(result.outcome.answer == "word");
}

TEST_CASE("an agent that goes on talking is not idle") {
  RunIntent intent = shell_intent();
  intent.timeout_idle = milliseconds{1500};
  intent.timeout_startup = milliseconds{1500};
  RunnerWorkspace workspace(intent);
  const auto result =
      workspace.run_script("for i in 1 2 3 4 5 6 7 8 9 10; do echo $i >&2; sleep 0.2; done");
  CHECK(result.end == AttemptEnd::succeeded);
}

TEST_CASE("what an agent leaves behind is ended before its result") {
  RunnerWorkspace workspace;
  const auto result = workspace.run_script(
      "setsid sh -c 'echo $$ > left; exec sleep 1000' &\n"
      "while [ ! -s left ]; do sleep 0.01; done\necho done\n");

  CHECK(result.end == AttemptEnd::succeeded);
  CHECK(result.outcome.answer == "done");
  CHECK_FALSE(workspace.lives("left"));
}

TEST_CASE("a stopped process is ended as well") {
  RunIntent intent = shell_intent();
  intent.timeout_total = milliseconds{500};
  RunnerWorkspace workspace(intent);
  CHECK(workspace.run_script("echo $$ > main; kill -STOP $$; sleep 1000").end ==
        AttemptEnd::timed_out);
  CHECK_FALSE(workspace.lives("main"));
}

TEST_CASE("a process tree that is gone is no error to end") {
  const auto launcher = make_posix_process_launcher();
  SystemClock clock;
  ProcessIdentity gone = launcher->self();
  gone.start_ticks += 1;
  CHECK(end_process_tree(*launcher, clock, gone, "LOOP_ATTEMPT=none/a1", seconds{10}));
}
