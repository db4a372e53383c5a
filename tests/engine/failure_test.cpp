// SPDX-License-Identifier: MIT
// Retries, escalation, limits, parking and refusals: behaviour cases S14-S18, S26, S27, S29, S30.
#include <array>

#include "sim/engine/behaviour_fixture.hpp"

using namespace loop;
using namespace loop::sim;

namespace {

const std::string kSeen = "2025-11-01T06:28:05.000Z";
using Texts = std::vector<std::string>;

AgentScript fails(Duration after) {
  AgentScript script;
  script.duration = after;
  script.end = AttemptEnd::failed;
  script.outcome = OutcomeClass::task_failed;
  script.reason = "exit code 1";
  return script;
}

Texts times_of(const std::vector<JournalEntry>& entries) {
  Texts times;
  for (const JournalEntry& entry : entries)
    times.push_back(format_instant(entry.time).substr(11, 8));
  return times;
}

// Each launch takes the next of these ends.
SimProcesses::Script in_turn(std::vector<bool> succeed) {
  auto next = std::make_shared<std::size_t>(0);
  return [succeed, next](const RunId&, int) {
    const bool ok = *next < succeed.size() ? succeed[*next] : true;
    ++*next;
    return ok ? AgentScript{} : fails(std::chrono::seconds{5});
  };
}

}  // namespace

TEST_CASE("S14: three failed attempts escalate; one trial follows the cooldown") {
  auto world = world_that_knows({schedule_json()}, kSeen);
  world->agent = fails(std::chrono::seconds{5});
  world->start_engine();
  world->run_until("2025-11-01T07:39:44.000Z");

  CHECK(times_of(world->journal_of(JournalEvent::started)) ==
        Texts{"06:38:00", "06:38:35", "06:39:40"});
  const auto escalated = world->journal_of(JournalEvent::escalated);
  REQUIRE(escalated.size() == 1);
  CHECK(escalated[0].time == at("2025-11-01T06:39:45.000Z"));
  CHECK(escalated[0].until == at("2025-11-01T07:39:45.000Z"));
  CHECK(slots_of(world->journal_of(JournalEvent::skipped)) ==
        Texts{"06:48", "06:58", "07:08", "07:18", "07:28", "07:38"});
  CHECK(world->file("persistent-memory.md").find("[escalation]") != std::string::npos);

  world->run_until("2025-11-01T07:40:00.000Z");
  CHECK(times_of(world->journal_of(JournalEvent::started)).back() == "07:39:45");
  const auto again = world->journal_of(JournalEvent::escalated);
  REQUIRE(again.size() == 2);
  CHECK(again[1].until == again[1].time + std::chrono::hours{2});
  CHECK(world->journal_of(JournalEvent::started).size() == 4);
}

TEST_CASE("a trial that succeeds closes the escalation") {
  auto world = world_that_knows({schedule_json()}, kSeen);
  world->script = in_turn({false, false, false, true});
  world->start_engine();
  world->run_until("2025-11-01T08:00:00.000Z");

  CHECK(world->journal_of(JournalEvent::escalated).size() == 1);
  CHECK(world->engine->history().of(ScheduleId("q")).failures.consecutive == 0);
  CHECK(slots_of(world->journal_of(JournalEvent::claimed)) ==
        Texts{"06:38", "07:39", "07:49", "07:59"});
}

TEST_CASE("S15: a success between failures keeps them from escalating") {
  auto world = world_that_knows({schedule_json()}, kSeen);
  world->script = in_turn({false, false, true, false, false, true});
  world->start_engine();
  world->run_until("2025-11-01T07:30:00.000Z");

  CHECK(world->journal_of(JournalEvent::attempt_ended).size() >= 6);
  CHECK(world->journal_of(JournalEvent::escalated).empty());
}

TEST_CASE("S16: a provider's limit parks the run until its reset and counts no failure") {
  auto world =
      world_that_knows({schedule_json({{"lastExecutionTime", "\"2025-11-01T09:00:00.000Z\""}})},
                       "2025-11-01T09:00:01.000Z");
  AgentScript limited;
  limited.duration = std::chrono::minutes{2};
  limited.end = AttemptEnd::limited;
  limited.outcome = OutcomeClass::rate_limited;
  limited.reason = "limit; resets 11:30am";
  limited.limit_reset = at("2025-11-01T11:30:00.000Z");
  world->script = [limited](const RunId&, int launch) {
    return launch == 1 ? limited : AgentScript{};
  };
  world->start_engine();
  world->run_until("2025-11-01T11:31:30.000Z");

  CHECK(times_of(world->journal_of(JournalEvent::started)) == Texts{"09:10:00", "11:30:30"});
  CHECK(world->journal_of(JournalEvent::claimed).size() == 1);
  CHECK(world->journal_of(JournalEvent::folded).size() == 14);  // 09:20 to 11:30
  CHECK(world->engine->history().of(ScheduleId("q")).failures.consecutive == 0);
  CHECK(world->journal_of(JournalEvent::finished).at(0).end == "succeeded");
  CHECK(world->journal_of(JournalEvent::finished).at(0).attempt == 1);
}

TEST_CASE("S26: a schedule that may run once is switched off after it") {
  auto world = world_that_knows({schedule_json({{"loop", R"({"maxRuns": 1})"}})}, kSeen);
  world->start_engine();
  world->run_until("2025-11-01T07:30:00.000Z");

  CHECK(world->journal_of(JournalEvent::claimed).size() == 1);
  CHECK(world->field("q", "active") == "false");
}

TEST_CASE("S27: a run by hand counts for a pending one-shot, not for a recurring slot") {
  const std::string once = schedule_json({{"id", "\"once\""},
                                          {"scheduleType", "\"once\""},
                                          {"startDate", "\"2025-11-01\""},
                                          {"startHour", "\"13\""},
                                          {"lastExecutionTime", ""}});
  const std::string hourly = schedule_json({{"id", "\"hourly\""},
                                            {"timeInterval", "\"1\""},
                                            {"timeUnit", "\"hour\""},
                                            {"startDate", "\"2025-11-01\""},
                                            {"startHour", "\"13\""},
                                            {"lastExecutionTime", ""}});
  for (const auto& [id, runs] : {std::pair{"once", 1U}, std::pair{"hourly", 2U}}) {
    INFO(id);
    auto world =
        world_that_knows({id == std::string("once") ? once : hourly}, "2025-11-01T12:00:00.000Z");
    world->start_engine();
    world->run_until("2025-11-01T12:30:00.000Z");
    REQUIRE(world->engine->trigger(ScheduleId(id), world->clock.now()));
    world->run_until("2025-11-01T13:30:00.000Z");
    CHECK(world->journal_of(JournalEvent::claimed).size() == runs);
  }
}

TEST_CASE("S29: of two schedules with one id the second never runs and both stay in the file") {
  auto world = world_that_knows({schedule_json(), schedule_json({{"name", "\"Twin\""}})}, kSeen);
  world->start_engine();
  world->run_until("2025-11-01T06:47:00.000Z");

  CHECK(world->journal_of(JournalEvent::claimed).size() == 1);
  CHECK(world->file(".roo/schedules.json").find("\"Twin\"") != std::string::npos);
}

TEST_CASE("S30: an unknown mode is refused before anything is started") {
  auto world = world_that_knows({schedule_json({{"mode", "\"coed\""}})}, kSeen);
  world->start_engine();
  world->run_until("2025-11-01T06:47:00.000Z");

  CHECK(world->journal_of(JournalEvent::claimed).empty());
  CHECK(world->processes.starts().empty());
  const auto ended = world->journal_of(JournalEvent::attempt_ended);
  REQUIRE(ended.size() == 1);
  CHECK(ended[0].reason.find("coed") != std::string::npos);
  CHECK(world->engine->history().of(ScheduleId("q")).failures.consecutive == 1);
}

TEST_CASE("a shell task is refused in a workspace that is not trusted") {
  WorldOptions options;
  options.start = at(kSeen);
  options.is_trusted = false;
  World world(options);
  world.write_schedules({schedule_json()});
  world.start_engine();
  world.run_until("2025-11-01T06:39:00.000Z");

  CHECK(world.processes.starts().empty());
  REQUIRE(world.journal_of(JournalEvent::attempt_ended).size() == 1);
  CHECK(world.journal_of(JournalEvent::attempt_ended)[0].reason.find("loopctl trust") !=
        std::string::npos);
}

TEST_CASE("escalation with pause switches the schedule off and says why") {
  auto world = world_that_knows({schedule_json({{"loop", R"({"onEscalate": "pause"})"}})}, kSeen);
  world->agent = fails(std::chrono::seconds{5});
  world->start_engine();
  world->run_until("2025-11-01T09:00:00.000Z");

  CHECK(world->journal_of(JournalEvent::started).size() == 3);
  CHECK(world->field("q", "active") == "false");
  CHECK(world->field("q", "loop").find("3 failures in a row") != std::string::npos);
}

TEST_CASE("escalation with continue goes on with the next slot") {
  auto world =
      world_that_knows({schedule_json({{"loop", R"({"onEscalate": "continue"})"}})}, kSeen);
  world->agent = fails(std::chrono::seconds{5});
  world->start_engine();
  world->run_until("2025-11-01T06:49:00.000Z");

  CHECK(world->journal_of(JournalEvent::escalated).size() == 1);
  CHECK(slots_of(world->journal_of(JournalEvent::claimed)) == Texts{"06:38", "06:48"});
}

TEST_CASE("failures are counted over restarts of the engine") {
  auto world = world_that_knows({schedule_json()}, kSeen);
  world->agent = fails(std::chrono::seconds{5});
  world->start_engine();
  world->run_until("2025-11-01T06:38:50.000Z");
  REQUIRE(world->journal_of(JournalEvent::attempt_ended).size() == 2);

  world->kill_engine();
  world->start_engine();
  world->run_until("2025-11-01T06:40:00.000Z");

  CHECK(world->journal_of(JournalEvent::escalated).size() == 1);
}

TEST_CASE("a used-up budget skips slots and says which limit it was") {
  Config config;
  config.budget.runs_per_day = 1;
  auto world = world_that_knows({schedule_json()}, kSeen, config);
  world->start_engine();
  world->run_until("2025-11-01T06:59:00.000Z");

  CHECK(world->journal_of(JournalEvent::claimed).size() == 1);
  const auto skipped = world->journal_of(JournalEvent::skipped);
  REQUIRE(skipped.size() >= 1);
  CHECK(skipped[0].reason.find("1 of 1 runs") != std::string::npos);
}

TEST_CASE("a workflow goes through its stages, and back when Validation fails") {
  auto world = world_that_knows(
      {schedule_json(
          {{"loop",
            R"({"workflow": ["Implementation", "Validation", "Quality"], "retries": 0})"}})},
      kSeen);
  world->script = in_turn({true, false, true, true});
  world->start_engine();
  world->run_until("2025-11-01T07:20:00.000Z");

  Texts stages;
  for (const JournalEntry& entry : world->journal_of(JournalEvent::claimed))
    stages.push_back(entry.detail);
  REQUIRE(stages.size() >= 4);
  stages.resize(4);
  CHECK(stages == Texts{"Implementation", "Validation", "Implementation", "Validation"});
}

TEST_CASE("completion starts a schedule after those it names have succeeded") {
  auto world = world_that_knows({schedule_json(), schedule_json({{"id", "\"after\""},
                                                                 {"scheduleType", "\"completion\""},
                                                                 {"lastExecutionTime", ""},
                                                                 {"loop", R"({"after": ["q"]})"}})},
                                kSeen);
  world->start_engine();
  world->run_until("2025-11-01T06:47:00.000Z");

  const auto claimed = world->journal_of(JournalEvent::claimed);
  REQUIRE(claimed.size() == 2);
  CHECK(claimed[1].schedule.str() == "after");
}
