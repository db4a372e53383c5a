// SPDX-License-Identifier: MIT
// What a new engine makes of what a killed one left: the recovery table, with simulated processes.
#include <csignal>

#include "sim/engine/behaviour_fixture.hpp"

using namespace loop;
using namespace loop::sim;

namespace {
const std::string kSeen = "2025-11-01T06:28:05.000Z";
}  // namespace

TEST_CASE("a run goes on while the engine is away, and its result is taken over") {
  auto world = world_that_knows({schedule_json()}, kSeen);
  world->agent.duration = std::chrono::minutes{5};
  world->start_engine();
  world->run_until("2025-11-01T06:39:00.000Z");

  world->kill_engine();
  world->run_until("2025-11-01T06:45:00.000Z");
  world->start_engine();

  CHECK(world->processes.starts().size() == 1);
  REQUIRE(world->journal_of(JournalEvent::finished).size() == 1);
  CHECK(world->journal_of(JournalEvent::finished)[0].end == "succeeded");
}

TEST_CASE("an engine that is open and has not stepped says which process it is") {
  auto world = world_that_knows({schedule_json()}, kSeen);
  world->kill_engine();
  world->clock.advance(std::chrono::minutes{1});
  auto opened =
      Engine::open({world->files, world->clock, world->random, world->processes, world->log},
                   world->options, EngineRole::engine);
  REQUIRE(opened);
  const auto status = read_engine_status(world->files);
  REQUIRE(status);
  CHECK(status->is_alive);
  CHECK(status->pid == world->processes.self().pid);
  CHECK(status->started == world->clock.now());
}

TEST_CASE("a runner that never took its lock is started again") {
  auto world = world_that_knows({schedule_json()}, kSeen);
  int launches = 0;
  world->script = [&launches](const RunId&, int) {
    AgentScript script;
    script.never_starts = ++launches < 3;
    return script;
  };
  world->start_engine();
  world->run_until("2025-11-01T06:39:00.000Z");

  CHECK(launches == 3);
  CHECK(world->processes.starts().size() == 1);
  CHECK(world->journal_of(JournalEvent::finished).size() == 1);
}

TEST_CASE("a runner that can never be started fails the attempt") {
  auto world = world_that_knows({schedule_json()}, kSeen);
  world->processes.launches_refused = 1000;
  world->start_engine();
  world->run_until("2025-11-01T06:47:00.000Z");

  CHECK(world->processes.starts().empty());
  REQUIRE(world->journal_of(JournalEvent::finished).size() == 1);
  CHECK(world->journal_of(JournalEvent::finished)[0].end == "failed");
  CHECK(world->journal_of(JournalEvent::finished)[0].reason.find("runner") != std::string::npos);
}

TEST_CASE("runner and agent that vanish leave an abandoned run, which is not run again") {
  auto world = world_that_knows({schedule_json()}, kSeen);
  world->agent.vanishes = true;
  world->start_engine();
  world->run_until("2025-11-01T06:47:00.000Z");
  world->settle();

  REQUIRE(world->journal_of(JournalEvent::finished).size() == 1);
  CHECK(world->journal_of(JournalEvent::finished)[0].end == "abandoned");
  CHECK(world->processes.starts().size() == 1);
  CHECK(world->engine->history().of(ScheduleId("q")).failures.consecutive == 1);
}

TEST_CASE("an agent whose runner was killed holds the workspace until it ends") {
  auto world = world_that_knows({schedule_json(), schedule_json({{"id", "\"other\""}})}, kSeen);
  world->script = [](const RunId& run, int) {
    AgentScript script;
    script.loses_runner = run.str().starts_with("q@");
    script.duration = std::chrono::seconds{90};
    return script;
  };
  world->start_engine();
  world->run_until("2025-11-01T06:39:20.000Z");
  CHECK(world->processes.live_count() == 1);
  CHECK(world->journal_of(JournalEvent::claimed).size() == 1);

  world->run_until("2025-11-01T06:47:00.000Z");
  REQUIRE(world->journal_of(JournalEvent::finished).size() >= 1);
  CHECK(world->journal_of(JournalEvent::finished)[0].end == "abandoned");
  CHECK(world->journal_of(JournalEvent::claimed).size() == 2);
}

TEST_CASE("K11: after a reboot a process with the old pid is not taken for the agent") {
  auto world = world_that_knows({schedule_json()}, kSeen);
  world->agent.duration = std::chrono::minutes{30};
  world->start_engine();
  world->run_until("2025-11-01T06:40:00.000Z");

  world->crash_machine(7);
  world->clock.advance(std::chrono::minutes{1});
  world->start_engine();

  REQUIRE(world->journal_of(JournalEvent::finished).size() == 1);
  CHECK(world->journal_of(JournalEvent::finished)[0].end == "abandoned");
}

TEST_CASE("K12: a second engine is refused while the first is alive") {
  auto world = world_that_knows({schedule_json()}, kSeen);
  world->start_engine();

  const auto second =
      Engine::open({world->files, world->clock, world->random, world->processes, world->log},
                   world->options, EngineRole::engine);

  REQUIRE_FALSE(second);
  CHECK(second.error().code() == Errc::locked);
}

TEST_CASE("K7: the mirror is repaired from the journal") {
  auto world = world_that_knows({schedule_json()}, kSeen);
  world->start_engine();
  world->run_until("2025-11-01T06:39:00.000Z");
  REQUIRE(world->field("q", "lastExecutionTime") == "2025-11-01T06:38:00.000Z");
  world->kill_engine();

  world->write_schedules({schedule_json()});  // as it was before the run
  world->start_engine();

  CHECK(world->field("q", "lastExecutionTime") == "2025-11-01T06:38:00.000Z");
  CHECK(world->field("q", "lastTaskId") == "q@20251101T063800Z");
  CHECK(world->journal_of(JournalEvent::claimed).size() == 1);
}

TEST_CASE("a run by another program moves the reference and is told") {
  auto world = world_that_knows({schedule_json()}, kSeen);
  world->start_engine();
  world->run_until("2025-11-01T06:35:00.000Z");
  world->write_schedules({schedule_json({{"lastExecutionTime", "\"2025-11-01T06:34:10.000Z\""}})});
  world->run_until("2025-11-01T06:43:59.000Z");
  CHECK(world->journal_of(JournalEvent::claimed).empty());

  world->run_until("2025-11-01T06:44:00.000Z");

  CHECK(world->journal_of(JournalEvent::claimed).size() == 1);
  CHECK(world->journal_of(JournalEvent::foreign_run).size() == 2);
}

TEST_CASE("a damaged schedules.json stops nothing that runs and is never overwritten") {
  auto world = world_that_knows({schedule_json()}, kSeen);
  world->agent.duration = std::chrono::minutes{2};
  world->start_engine();
  world->run_until("2025-11-01T06:38:30.000Z");
  const std::string half = "{\"schedules\": [{\"id\": \"q";
  REQUIRE(replace_file(world->files, world->random, RelativePath::of(".roo/schedules.json"), half));

  world->run_until("2025-11-01T06:49:00.000Z");

  CHECK(world->file(".roo/schedules.json") == half);
  CHECK(world->journal_of(JournalEvent::finished).size() == 1);
  CHECK(world->journal_of(JournalEvent::claimed).size() == 2);  // from the last good version
}

TEST_CASE("K13: with a full disk nothing is started, and it is tried again") {
  auto world = world_that_knows({schedule_json()}, kSeen);
  world->start_engine();
  world->run_until("2025-11-01T06:37:00.000Z");
  world->files.set_free_bytes(0);
  world->run_until("2025-11-01T06:39:00.000Z");
  CHECK(world->processes.starts().empty());
  CHECK_FALSE(world->last_step);
  CHECK(world->last_step.error().code() == Errc::no_space);

  world->files.set_free_bytes(std::uint64_t{1} << 30);
  world->run_until("2025-11-01T06:40:00.000Z");

  CHECK(world->processes.starts().size() == 1);
}

TEST_CASE("cancel asks the runner, and ends what only waits") {
  auto world = world_that_knows({schedule_json()}, kSeen);
  world->agent.duration = std::chrono::minutes{30};
  world->start_engine();
  world->run_until("2025-11-01T06:39:00.000Z");
  const RunId run("q@20251101T063800Z");

  REQUIRE(world->engine->cancel(run, "asked by a person", world->clock.now()));
  world->settle();

  REQUIRE(world->journal_of(JournalEvent::finished).size() == 1);
  CHECK(world->journal_of(JournalEvent::finished)[0].end == "cancelled");
  CHECK(world->engine->cancel(run, "again", world->clock.now()).error().code() == Errc::conflict);
  CHECK(world->engine->cancel(RunId("none"), "x", world->clock.now()).error().code() ==
        Errc::not_found);
}
