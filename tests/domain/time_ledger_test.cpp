// SPDX-License-Identifier: MIT
// Starting and ending tasks in the time file.
#include "loop/domain/time_ledger.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "sim/sim_clock.hpp"
#include "sim/sim_files.hpp"
#include "support/catch.hpp"

namespace loop {
namespace {

using Catch::Contains;

constexpr const char* kTiming = "task_timing.tsv";

Instant at(std::string_view text) { return *parse_instant(text); }

struct Workspace {
  sim::SimClock clock{at("2025-11-02T10:00:00Z")};
  sim::SimFiles files{clock};
  NullLog log;
  TimeLedger ledger{files, clock, log};

  std::string text() const { return files.content(kTiming).value_or(""); }
};

TimeLedger::StartRequest request_of(std::string id, std::string task = "build") {
  TimeLedger::StartRequest request;
  request.task_id = TaskId(std::move(id));
  request.mode = ModeSlug("code");
  request.task = std::move(task);
  request.priority = Priority::schedule;
  request.start = at("2025-11-02T10:00:00Z");
  return request;
}

const std::string kHeaderLine = std::string(kTimeHeader) + "\n";
const std::string kStartLine =
    "2025-11-02T10:00:00.000Z\tcode\ta\t2025-11-02T10:00:00.000Z\t\t\tbuild\tstarted\tschedule\n";
const std::string kEndLine =
    "2025-11-02T10:01:30.999Z\tcode\ta\t2025-11-02T10:00:00.000Z\t2025-11-02T10:01:30.999Z\t90\t"
    "build\tall well\tschedule\n";

TEST_CASE("a task is two durable rows below the header") {
  Workspace workspace;

  REQUIRE(workspace.ledger.start(request_of("a")));
  CHECK(workspace.text() == kHeaderLine + kStartLine);
  const auto closed =
      workspace.ledger.stop(TaskId("a"), "all\twell", at("2025-11-02T10:01:30.999Z"));
  REQUIRE(closed);
  CHECK(closed->duration_s == 90);
  CHECK(closed->mode == "code");
  CHECK(closed->task == "build");
  CHECK(closed->result == "all well");
  CHECK(closed->priority == "schedule");
  workspace.files.crash_to_synced();
  CHECK(workspace.text() == kHeaderLine + kStartLine + kEndLine);
}

TEST_CASE("a start that is repeated writes nothing, also after the end") {
  Workspace workspace;
  REQUIRE(workspace.ledger.start(request_of("a")));
  REQUIRE(workspace.ledger.start(request_of("a", "other")));
  CHECK(workspace.text() == kHeaderLine + kStartLine);

  REQUIRE(workspace.ledger.stop(TaskId("a"), "", at("2025-11-02T10:00:01Z")));
  const std::string both = workspace.text();
  REQUIRE(workspace.ledger.start(request_of("a")));
  CHECK(workspace.text() == both);
}

TEST_CASE("stopping twice is a conflict and stopping nothing is not found") {
  Workspace workspace;
  const Instant end = at("2025-11-02T10:00:01Z");
  CHECK(workspace.ledger.stop(TaskId("a"), "", end).error().code() == Errc::not_found);
  REQUIRE(workspace.ledger.start(request_of("a")));
  for (const char* id : {"b", "aa", "code", "started", "A"}) {
    CHECK(workspace.ledger.stop(TaskId(id), "", end).error().code() == Errc::not_found);
  }
  REQUIRE(workspace.ledger.stop(TaskId("a"), "", end));
  const std::string before = workspace.text();

  const auto again = workspace.ledger.stop(TaskId("a"), "", end);
  REQUIRE_FALSE(again);
  CHECK(again.error().code() == Errc::conflict);
  CHECK_THAT(again.error().message(), Contains("2025-11-02T10:00:01.000Z"));
  CHECK(workspace.text() == before);
}

TEST_CASE("a clock that was set back gives a task of no length") {
  Workspace workspace;
  REQUIRE(workspace.ledger.start(request_of("a")));
  CHECK(workspace.ledger.stop(TaskId("a"), "", at("2025-11-02T09:00:00Z"))->duration_s == 0);
  CHECK(pair_entries(*workspace.ledger.read())[0].duration_s == 0);
}

TEST_CASE("ids that would not be read back are refused") {
  Workspace workspace;
  const auto accepts = [&](std::string id) {
    const auto status = workspace.ledger.start(request_of(std::move(id)));
    if (!status) CHECK(status.error().code() == Errc::invalid_argument);
    return status.has_value();
  };
  for (const std::string id : {"", " a", "a ", "a\tb", "a\nb", "\xff"}) CHECK_FALSE(accepts(id));
  CHECK_FALSE(accepts(std::string("a\0b", 3)));
  CHECK(accepts(std::string(kTaskIdBytesMax - 1, 'i')));
  CHECK(accepts(std::string(kTaskIdBytesMax, 'i')));
  CHECK_FALSE(accepts(std::string(kTaskIdBytesMax + 1, 'i')));
  CHECK(accepts("2025-11-02T10:00:00Z"));
  CHECK(accepts("1761981872"));
  CHECK(accepts("with a blank"));
  REQUIRE(workspace.ledger.stop(TaskId("2025-11-02T10:00:00Z"), "", at("2025-11-02T10:00:09Z")));
  CHECK(workspace.ledger.read()->rows.size() == 6);
}

TEST_CASE("hostile texts stay in their columns") {
  Workspace workspace;
  REQUIRE(workspace.ledger.start(
      request_of("a", "x\tcompleted\tnormal\n2025-11-02T00:00:00Z\tcode\tforged\t\t\t32400")));
  REQUIRE(workspace.ledger.start(request_of("b", std::string(1 << 20, 'y'))));

  const TimeTable table = workspace.ledger.read().value();
  REQUIRE(table.rows.size() == 2);
  CHECK(table.unreadable.empty());
  CHECK(table.rows[0].priority == "schedule");
  CHECK(table.rows[1].task.size() == kTimeFieldBytesMax);
  CHECK(workspace.ledger.stop(TaskId("forged"), "", at("2025-11-02T10:00:01Z")).error().code() ==
        Errc::not_found);
}

TEST_CASE("a whole last line without newline stays and a torn one goes") {
  const std::string whole = kStartLine.substr(0, kStartLine.size() - 1);
  Workspace old;
  old.files.put(kTiming, kHeaderLine + whole);
  CHECK(old.ledger.read()->rows.size() == 1);
  CHECK(old.ledger.stop(TaskId("a"), "all well", at("2025-11-02T10:01:30.999Z")).has_value());
  CHECK(old.text() == kHeaderLine + kStartLine + kEndLine);

  Workspace torn;
  torn.files.put(kTiming, kHeaderLine + whole.substr(0, whole.size() - 3));
  CHECK(torn.ledger.read()->rows.empty());
  REQUIRE(torn.ledger.start(request_of("a")));
  CHECK(torn.text() == kHeaderLine + kStartLine);
}

TEST_CASE("a task of old-style rows is ended with what they say") {
  Workspace workspace;
  workspace.files.put(kTiming,
                      kHeaderLine + "old_id\t2025-11-02T09:00:00Z\t\t\t\t\twork\tstarted\t\n");

  const auto closed = workspace.ledger.stop(TaskId("old_id"), "done", at("2025-11-02T10:00:00Z"));
  REQUIRE(closed);
  CHECK(closed->duration_s == 3600);
  CHECK(closed->task == "work");
  CHECK(closed->priority == "normal");
}

TEST_CASE("every start and end is whole or absent wherever the power goes") {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    Workspace workspace;
    REQUIRE(workspace.ledger.start(request_of("a")));
    // Written and not synced.
    TimeLedger careless(workspace.files, workspace.clock, workspace.log, Durability::os);
    REQUIRE(careless.start(request_of("b", "second")));
    workspace.files.crash(seed);

    INFO("seed " << seed);
    TimeLedger after(workspace.files, workspace.clock, workspace.log);
    REQUIRE(after.start(request_of("c")));
    const auto entries = pair_entries(*after.read());
    CHECK(std::count_if(entries.begin(), entries.end(), [](const TimeEntry& entry) {
            return entry.task_id.str() == "a" || entry.task_id.str() == "c";
          }) == 2);
    for (const TimeEntry& entry : entries) {
      if (entry.task_id.str() == "b") CHECK(entry.task == "second");
    }
    CHECK(entries.size() <= 3);
  }
}

TEST_CASE("the time file of the original system is read whole and appended to") {
  std::ifstream stream(std::string(LOOP_SHARED_DIR) + "/fixtures/seed-workspace/task_timing.tsv");
  if (!stream) {
    WARN("skipped: no fixture of the original system");
    return;
  }
  std::stringstream text;
  text << stream.rdbuf();
  Workspace workspace;
  workspace.files.put(kTiming, text.str());

  CHECK(workspace.ledger.read()->rows.size() == 29);
  REQUIRE(workspace.ledger.start(request_of("a")));
  CHECK(workspace.text() == text.str() + "\n" + kStartLine);
  CHECK(workspace.ledger.read()->rows.size() == 30);
  CHECK(workspace.ledger.stop(TaskId("1762009987327"), "done", at("2025-11-01T16:00:00Z"))->mode ==
        "implementation-features");
}

}  // namespace
}  // namespace loop
