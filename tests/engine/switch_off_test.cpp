// SPDX-License-Identifier: MIT
// What the engine switches off stays off over crashes and unreadable files, and starts nothing
// more.
#include "loop/store/file_content.h"
#include "sim/engine/behaviour_fixture.hpp"

using namespace loop;
using namespace loop::sim;

namespace {

const std::string kSeen = "2025-11-01T06:28:05.000Z";

AgentScript fails(Duration after) {
  AgentScript script;
  script.duration = after;
  script.end = AttemptEnd::failed;
  script.outcome = OutcomeClass::task_failed;
  script.reason = "exit code 1";
  return script;
}

std::string once_then_over() { return schedule_json({{"loop", R"({"maxRuns":1})"}}); }
std::string one_try(const std::string& action) {
  return schedule_json({{"loop", R"({"retries":0,"onEscalate":")" + action + R"("})"}});
}

Config first_failure_escalates() {
  Config config;
  config.failure_limit = 1;
  return config;
}

}  // namespace

TEST_CASE("a slot that waits behind the last allowed run is not started") {
  auto world = world_that_knows({once_then_over()}, kSeen);
  world->agent.duration = std::chrono::minutes{11};  // past the next slot
  world->start_engine();

  world->run_until("2025-11-01T08:00:00.000Z");

  CHECK(world->journal_of(JournalEvent::claimed).size() == 1);
  CHECK(world->field("q", "active") == "false");
}

TEST_CASE("a slot that waits behind the run that escalates rests with its schedule") {
  auto world = world_that_knows({one_try("cooldown")}, kSeen, first_failure_escalates());
  world->agent = fails(std::chrono::minutes{11});
  world->start_engine();

  world->run_until("2025-11-01T07:30:00.000Z");

  CHECK(world->journal_of(JournalEvent::escalated).size() == 1);
  CHECK(world->journal_of(JournalEvent::claimed).size() == 1);
}

TEST_CASE("a schedule that has run enough stays off when its file could not be written meanwhile") {
  auto world = world_that_knows({once_then_over()}, kSeen);
  world->start_engine();
  world->run_until("2025-11-01T06:38:10.000Z");
  const std::string good = world->file(".roo/schedules.json");
  world->files.put(".roo/schedules.json", "{ \"schedules\": [");  // while the run goes on
  world->run_until("2025-11-01T06:39:10.000Z");
  world->kill_engine();
  world->files.put(".roo/schedules.json", good);
  world->start_engine();

  world->run_until("2025-11-01T09:00:00.000Z");

  CHECK(world->journal_of(JournalEvent::claimed).size() == 1);
  CHECK(world->field("q", "active") == "false");
}

TEST_CASE("a pause by escalation is shown by whoever comes next, and switching on undoes it") {
  auto world = world_that_knows({one_try("pause")}, kSeen, first_failure_escalates());
  world->agent = fails(std::chrono::seconds{5});
  world->start_engine();
  world->run_until("2025-11-01T06:38:02.000Z");
  world->files.set_read_only(true);  // the journal's line and the file are two writes
  world->run_until("2025-11-01T06:38:06.000Z");
  world->kill_engine();
  world->files.set_read_only(false);
  world->start_engine();
  world->run_until("2025-11-01T07:30:00.000Z");

  CHECK(world->journal_of(JournalEvent::claimed).size() == 1);
  CHECK(world->field("q", "active") == "false");
  CHECK(world->file(".roo/schedules.json").find("paused after 1 failures") != std::string::npos);

  std::string file = world->file(".roo/schedules.json");
  const std::size_t at = file.find("\"active\": false");
  REQUIRE(at != std::string::npos);
  file.replace(at, 15, "\"active\": true");
  world->files.put(".roo/schedules.json", file);
  world->run_until("2025-11-01T09:30:00.000Z");
  CHECK(world->journal_of(JournalEvent::claimed).size() == 2);
}

TEST_CASE("a damaged file of one run stops no other schedule") {
  auto world = world_that_knows(
      {schedule_json(), schedule_json({{"id", "\"other\""}, {"timeInterval", "\"1\""}})}, kSeen);
  world->options.config.parallel_max = 2;
  world->agent.duration = std::chrono::minutes{30};
  world->script = [](const RunId& run, int) {
    AgentScript script;
    if (run.str().starts_with("q@")) script.duration = std::chrono::minutes{30};
    return script;
  };
  world->start_engine();
  world->run_until("2025-11-01T06:38:10.000Z");
  world->files.put(".loop/runs/q@20251101T063800Z/a1/started.json", "{");
  const std::size_t before = world->journal_of(JournalEvent::started).size();

  world->run_until("2025-11-01T06:45:10.000Z");

  CHECK(world->journal_of(JournalEvent::started).size() >= before + 6);
}

TEST_CASE("a last run in the year 1 is no work for two thousand years") {
  auto world = world_that_knows({}, kSeen);
  world->write_schedules({schedule_json({{"timeInterval", "\"1\""},
                                         {"lastExecutionTime", "\"0001-01-02T00:00:00.000Z\""},
                                         {"lastSkippedTime", "\"2025-11-01T06:00:00.000Z\""}})});
  world->start_engine();

  world->run_until("2025-11-01T06:29:10.000Z");

  CHECK_FALSE(world->journal_of(JournalEvent::claimed).empty());
}

TEST_CASE("a sleep of the machine is no silence of an agent") {
  auto world = world_that_knows(
      {schedule_json({{"id", "\"long\""}}), schedule_json({{"timeInterval", "\"11\""}})}, kSeen);
  world->script = [](const RunId& run, int) {
    AgentScript script;
    if (run.str().starts_with("long@")) {
      script.duration = std::chrono::minutes{5};
      for (int i = 1; i < 10; ++i) script.outputs.push_back(std::chrono::seconds{30 * i});
    }
    return script;
  };
  world->start_engine();
  world->run_until("2025-11-01T06:38:45.000Z");

  world->clock.set(at("2025-11-01T07:38:45.000Z"));  // wall time jumps, the other clock does not
  world->run_until("2025-11-01T07:45:00.000Z");

  for (const JournalEntry& entry : world->journal_of(JournalEvent::attempt_ended)) {
    CHECK(entry.end != to_string(AttemptEnd::stalled));
  }
}

TEST_CASE("an engine whose lock was removed stops, so that two never work at once") {
  auto world = world_that_knows({schedule_json()}, kSeen);
  world->start_engine();
  REQUIRE(world->engine->step(world->clock.now()));
  REQUIRE(world->files.remove(RelativePath::of(".loop/locks/engine")));

  const Status stepped = world->engine->step(world->clock.now());

  REQUIRE_FALSE(stepped);
  CHECK(stepped.error().code() == Errc::conflict);
  CHECK(world->engine->is_deposed());
}

TEST_CASE("without an engine a run by hand takes the place of a retry that nobody would start") {
  auto world = world_that_knows({one_try("cooldown")}, kSeen);
  world->agent = fails(std::chrono::seconds{5});
  world->write_schedules({schedule_json()});
  for (int count = 1; count <= 3; ++count) {
    auto visitor =
        Engine::open({world->files, world->clock, world->random, world->processes, world->log},
                     world->options, EngineRole::visitor);
    REQUIRE(visitor);
    const auto run = (*visitor)->trigger(ScheduleId("q"), world->clock.now());
    INFO((run ? run->str() : run.error().message()));
    REQUIRE(run);
    world->clock.advance(std::chrono::seconds{6});
    world->processes.deliver();
    REQUIRE((*visitor)->step(world->clock.now()));
  }

  CHECK(world->journal_of(JournalEvent::escalated).size() == 1);
}
