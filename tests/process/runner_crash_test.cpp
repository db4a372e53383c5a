// SPDX-License-Identifier: MIT
// Runners that race, die at any step, or meet a full disk: one agent at most, and never silently.
#include "runner_fixture.hpp"

#include "faulty_parts.hpp"

using namespace loop;
using namespace loop::test;
using std::chrono::seconds;

namespace {

constexpr const char* kOneLine = "echo ran >> ran\n";

RunnerWorkspace::Arrange die_at(StepLauncher::Step step) {
  return [step](RunnerWorkspace& workspace) {
    workspace.processes = std::make_unique<StepLauncher>(std::move(workspace.processes), step,
                                                         [] { raise(SIGKILL); });
  };
}

RunnerWorkspace::Arrange disk_full_for(const std::string& name) {
  return [name](RunnerWorkspace& workspace) {
    workspace.files = std::make_unique<FullDisk>(std::move(workspace.files), name);
  };
}

}  // namespace

TEST_CASE("of many runners for one launch exactly one runs the agent") {
  RunnerWorkspace workspace;
  workspace.claim(kOneLine);
  std::vector<pid_t> runners;
  for (int count = 0; count < 8; ++count) runners.push_back(workspace.start_runner());

  for (const pid_t runner : runners) CHECK(RunnerWorkspace::wait_for(runner) == 0);
  CHECK(workspace.text("ran") == "ran\n");
  CHECK(workspace.result().end == AttemptEnd::succeeded);
  CHECK(workspace.time_entries().size() == 1);
}

TEST_CASE("a runner killed before started.json is followed by one that runs the agent") {
  RunnerWorkspace workspace;
  workspace.claim(kOneLine);

  CHECK(workspace.run(1, die_at(StepLauncher::Step::held)) == 1000 + SIGKILL);
  CHECK_FALSE(*workspace.directory().started(1));
  CHECK_FALSE(exists(workspace.folder.path("ran")));
  CHECK(workspace.run() == 0);
  CHECK(workspace.text("ran") == "ran\n");
  CHECK(workspace.result().end == AttemptEnd::succeeded);
}

TEST_CASE("a runner killed between started.json and release is not followed by a second start") {
  RunnerWorkspace workspace;
  workspace.claim(kOneLine);

  CHECK(workspace.run(1, die_at(StepLauncher::Step::release)) == 1000 + SIGKILL);
  const auto start = workspace.directory().started(1);
  REQUIRE(start);
  REQUIRE(*start);
  const auto launcher = make_posix_process_launcher();
  CHECK(eventually([&] { return !launcher->is_alive((*start)->agent); }));
  CHECK(workspace.run() == 0);
  CHECK_FALSE(exists(workspace.folder.path("ran")));
  CHECK_FALSE(*workspace.directory().result(1));
}

TEST_CASE("a runner killed while its agent runs takes it along") {
  RunnerWorkspace workspace;
  workspace.claim(
      "trap 'echo term > got; exit' TERM; echo $$ > main; while :; do sleep 0.05; done");
  const pid_t runner = workspace.start_runner();
  REQUIRE(eventually([&] { return !workspace.text("main").empty(); }));
  kill(runner, SIGKILL);

  CHECK(RunnerWorkspace::wait_for(runner) == 1000 + SIGKILL);
  CHECK(eventually([&] { return !workspace.lives("main"); }));
  CHECK(workspace.text("got") == "term\n");
  CHECK_FALSE(*workspace.directory().result(1));
}

TEST_CASE("a disk that is full before the start means no start, and a later try works") {
  for (const char* name : {"lock", "started.json", "stdout.log"}) {
    INFO(name);
    RunnerWorkspace workspace;
    workspace.claim(kOneLine);
    // stdout.log is opened by the launcher, not by the store.
    if (std::string(name) == "stdout.log") {
      CHECK(workspace.run(1, [](RunnerWorkspace& inside) {
        inside.processes = std::make_unique<StepLauncher>(std::move(inside.processes),
                                                          StepLauncher::Step::no_space, [] {});
      }) == 1);
    } else {
      CHECK(workspace.run(1, disk_full_for(name)) == 1);
    }
    CHECK_FALSE(exists(workspace.folder.path("ran")));
    CHECK_FALSE(*workspace.directory().started(1));
    CHECK_FALSE(*workspace.directory().result(1));
    CHECK(workspace.time_entries().empty());

    CHECK(workspace.run() == 0);
    CHECK(workspace.text("ran") == "ran\n");
  }
}

TEST_CASE("without a time row the agent is not started") {
  RunnerWorkspace workspace;
  workspace.claim(kOneLine);
  CHECK(workspace.run(1, disk_full_for("task_timing.tsv")) == 0);

  CHECK_FALSE(exists(workspace.folder.path("ran")));
  const auto result = workspace.result();
  CHECK(result.end == AttemptEnd::failed);
  CHECK(result.outcome.reason.find("time row") != std::string::npos);
  CHECK_FALSE(result.exit);
}

TEST_CASE("a time row that cannot be closed is noted and costs nothing else") {
  RunnerWorkspace workspace;
  workspace.claim("touch full; echo ran >> ran");
  CHECK(workspace.run(1, [](RunnerWorkspace& inside) {
    const std::string marker = inside.folder.path("full");
    inside.files = std::make_unique<FullDisk>(std::move(inside.files), "task_timing.tsv",
                                              [marker] { return exists(marker); });
  }) == 0);

  const auto result = workspace.result();
  CHECK(result.end == AttemptEnd::succeeded);
  CHECK(result.note.find("time row was not closed") != std::string::npos);
  CHECK(workspace.text("ran") == "ran\n");
}

TEST_CASE("events that cannot be written do not stop the run") {
  RunnerWorkspace workspace;
  workspace.claim("echo hello");
  CHECK(workspace.run(1, disk_full_for("events.jsonl")) == 0);
  CHECK(workspace.result().outcome.answer == "hello");
}

TEST_CASE("a result is tried again until the disk has room") {
  RunnerWorkspace workspace;
  workspace.claim(kOneLine);
  CHECK(workspace.run(1, [](RunnerWorkspace& inside) {
    auto tries = std::make_shared<int>(0);
    inside.files = std::make_unique<FullDisk>(std::move(inside.files), "result.json",
                                              [tries] { return ++*tries == 1; });
  }) == 0);
  CHECK(workspace.result().end == AttemptEnd::succeeded);
}
