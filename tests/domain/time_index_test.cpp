// SPDX-License-Identifier: MIT
// That what a ledger remembers of the time file is never taken for what stands there.
#include <fmt/format.h>

#include <string>

#include "loop/domain/time_ledger.h"
#include "sim/sim_clock.hpp"
#include "sim/sim_files.hpp"
#include "support/catch.hpp"

namespace loop {
namespace {

constexpr const char* kTiming = "task_timing.tsv";

struct Workspace {
  sim::SimClock clock{*parse_instant("2025-11-02T10:00:00Z")};
  sim::SimFiles files{clock};
  NullLog log;
  TimeLedger ledger{files, clock, log};
  TimeLedger other{files, clock, log};  // as another process

  std::string text() const { return files.content(kTiming).value_or(""); }
  std::size_t rows() { return ledger.read()->rows.size(); }
};

TimeLedger::StartRequest request_of(const std::string& id) {
  return {.task_id = TaskId(id),
          .mode = ModeSlug("code"),
          .task = "build",
          .start = *parse_instant("2025-11-02T10:00:00Z")};
}

const Instant kEnd = *parse_instant("2025-11-02T10:01:00Z");

TEST_CASE("rows that others append are known") {
  Workspace workspace;
  REQUIRE(workspace.ledger.start(request_of("a")));
  REQUIRE(workspace.other.start(request_of("b")));
  REQUIRE(workspace.ledger.start(request_of("b")));
  CHECK(workspace.rows() == 2);
  REQUIRE(workspace.ledger.stop(TaskId("b"), "done", kEnd));
  CHECK(workspace.other.stop(TaskId("b"), "done", kEnd).error().code() == Errc::conflict);
}

TEST_CASE("many tasks are each found again") {
  Workspace workspace;
  constexpr int kTasks = 1000;
  for (int task = 0; task < kTasks; ++task) {
    REQUIRE(workspace.ledger.start(request_of(fmt::format("task-{}", task))));
  }
  for (int task = 0; task < kTasks; task += 7) {
    const auto closed = workspace.ledger.stop(TaskId(fmt::format("task-{}", task)), "done", kEnd);
    REQUIRE(closed);
    CHECK(closed->duration_s == 60);
  }
  CHECK(workspace.ledger.stop(TaskId("task-1000"), "", kEnd).error().code() == Errc::not_found);
  CHECK(workspace.ledger.stop(TaskId("task-"), "", kEnd).error().code() == Errc::not_found);
}

TEST_CASE("a file that was replaced, cut or rewritten is read anew") {
  Workspace workspace;
  for (const char* id : {"a", "b", "c"}) REQUIRE(workspace.ledger.start(request_of(id)));
  const std::string three = workspace.text();
  const std::size_t a_row = three.substr(three.find('\n') + 1).find('\n') + 1;
  const RelativePath path = RelativePath::of(kTiming);

  SECTION("replaced by a shorter one") {
    workspace.files.put("new.tsv", three.substr(0, three.size() - a_row));
    REQUIRE(workspace.files.rename(RelativePath::of("new.tsv"), path));
  }
  SECTION("cut in place") {
    auto file = workspace.files.open(path, {Access::read_write, Creation::must_exist, 0644});
    REQUIRE(file);
    REQUIRE((*file)->truncate(three.size() - a_row));
  }
  SECTION("cut in place, and longer again") {
    auto file = workspace.files.open(path, {Access::read_write, Creation::must_exist, 0644});
    REQUIRE(file);
    REQUIRE((*file)->truncate(three.size() - a_row));
    file->reset();
    for (const char* id : {"d", "e"}) REQUIRE(workspace.other.start(request_of(id)));
  }
  SECTION("removed") {
    REQUIRE(workspace.files.remove(path));
    REQUIRE(workspace.ledger.start(request_of("a")));
    CHECK(workspace.rows() == 1);
  }

  CHECK(workspace.ledger.stop(TaskId("c"), "", kEnd).error().code() == Errc::not_found);
  REQUIRE(workspace.ledger.start(request_of("c")));
  REQUIRE(workspace.ledger.stop(TaskId("a"), "done", kEnd));
  REQUIRE(workspace.ledger.stop(TaskId("c"), "done", kEnd));
}

TEST_CASE("rows of other writers' forms are known by their ids") {
  Workspace workspace;
  workspace.files.put(
      kTiming,
      "timestamp\tmode\ttask_id\tstart_time\tend_time\tduration\ttask\tresult\tpriority\r\n"
      "2025-11-02T09:00:00Z\tcode\told\t1762074000.5\t\t\twork\tstarted\thigh\r\n"
      "no row at all\r\n");
  const auto closed = workspace.ledger.stop(TaskId("old"), "done", kEnd);
  REQUIRE(closed);
  CHECK(closed->task == "work");
}

}  // namespace
}  // namespace loop
