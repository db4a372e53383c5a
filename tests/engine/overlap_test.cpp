// SPDX-License-Identifier: MIT
// Overlap, stalls and expiration: behaviour cases S7-S9, S11-S13, S19, S24, S28.
#include "sim/engine/behaviour_fixture.hpp"

using namespace loop;
using namespace loop::sim;

namespace {

const std::string kSeen = "2025-11-01T06:28:05.000Z";
using Texts = std::vector<std::string>;

// A one-shot that starts at 06:30:00 and holds the workspace.
std::string holder() {
  return schedule_json({{"id", "\"holder\""},
                        {"name", "\"Holder\""},
                        {"scheduleType", "\"once\""},
                        {"startDate", "\"2025-11-01\""},
                        {"startHour", "\"06\""},
                        {"startMinute", "\"30\""},
                        {"lastExecutionTime", ""}});
}

AgentScript talks_until(Duration duration) {
  AgentScript script;
  script.duration = duration;
  for (Duration after{60'000}; after < duration; after += Duration{60'000})
    script.outputs.push_back(after);
  return script;
}

std::unique_ptr<World> world_with_holder(const std::string& q, const AgentScript& holding) {
  auto world = world_that_knows({holder(), q}, kSeen);
  world->script = [holding](const RunId& run, int) {
    return run.str().starts_with("holder@") ? holding : AgentScript{};
  };
  world->start_engine();
  return world;
}

}  // namespace

TEST_CASE("S7: wait starts when the holder ends, with the slot it waited for") {
  auto world = world_with_holder(schedule_json(), talks_until(std::chrono::seconds{15 * 60 + 30}));

  world->run_until("2025-11-01T06:38:00.000Z");
  CHECK(slots_of(world->journal_of(JournalEvent::waiting)) == Texts{"06:38"});
  CHECK(world->field("q", "nextExecutionTime") == "2025-11-01T06:39:00.000Z");
  CHECK(world->field("q", "lastSkippedTime") == "2025-11-01T06:38:00.000Z");
  world->run_until("2025-11-01T06:45:10.000Z");
  CHECK(world->field("q", "nextExecutionTime") == "2025-11-01T06:46:00.000Z");
  world->run_until("2025-11-01T06:46:00.000Z");

  const auto claimed = world->journal_of(JournalEvent::claimed);
  REQUIRE(claimed.size() == 2);
  CHECK(claimed[1].run.str() == "q@20251101T063800Z");
  CHECK(world->journal_of(JournalEvent::started)[1].time == at("2025-11-01T06:45:30.000Z"));
  CHECK(world->field("q", "nextExecutionTime") == "2025-11-01T06:55:00.000Z");
}

TEST_CASE("S8: a holder without output for the inactivity delay is stalled and ended") {
  AgentScript silent;
  silent.duration = std::chrono::minutes{50};
  for (int minute = 1; minute <= 11; ++minute)
    silent.outputs.push_back(std::chrono::minutes{minute});
  silent.outputs.push_back(std::chrono::seconds{11 * 60 + 10});  // 06:41:10
  auto world = world_with_holder(schedule_json(), silent);

  world->run_until("2025-11-01T06:44:09.000Z");
  CHECK(world->journal_of(JournalEvent::attempt_ended).empty());
  world->run_until("2025-11-01T06:44:11.000Z");

  const auto ended = world->journal_of(JournalEvent::attempt_ended);
  REQUIRE(ended.size() == 1);
  CHECK(ended[0].end == "stalled");
  CHECK(ended[0].time == at("2025-11-01T06:44:10.000Z"));
  CHECK(slots_of(world->journal_of(JournalEvent::claimed)) == Texts{"06:30", "06:38"});
  CHECK(world->engine->history().of(ScheduleId("holder")).failures.consecutive == 1);
}

TEST_CASE("S9: a restart while waiting keeps the slot") {
  auto world = world_with_holder(schedule_json(), talks_until(std::chrono::minutes{15}));
  world->run_until("2025-11-01T06:41:00.000Z");
  world->kill_engine();
  world->start_engine();
  world->run_until("2025-11-01T06:46:00.000Z");

  CHECK(world->journal_of(JournalEvent::claimed).back().run.str() == "q@20251101T063800Z");
  CHECK(world->journal_of(JournalEvent::waiting).size() == 1);
}

TEST_CASE("S11: skip drops the slot and says so") {
  auto world = world_with_holder(schedule_json({{"taskInteraction", "\"skip\""}}),
                                 talks_until(std::chrono::minutes{10}));
  world->run_until("2025-11-01T06:37:59.000Z");
  world->kill_engine();
  world->clock.advance_to(at("2025-11-01T06:38:00.020Z"));
  world->start_engine();

  const auto skipped = world->journal_of(JournalEvent::skipped);
  REQUIRE(skipped.size() == 1);
  CHECK(skipped[0].detail == "overlap");
  CHECK(world->field("q", "lastSkippedTime") == "2025-11-01T06:38:00.020Z");
  CHECK(world->field("q", "nextExecutionTime") == "2025-11-01T06:48:00.000Z");
  CHECK(world->field("q", "lastExecutionTime") == "2025-11-01T06:28:04.939Z");
}

TEST_CASE("S12: interrupt ends a holder that ignores SIGTERM, and does not count it as failed") {
  AgentScript stubborn = talks_until(std::chrono::minutes{40});
  stubborn.ignores_term = true;
  auto world = world_with_holder(schedule_json({{"taskInteraction", "\"interrupt\""}}), stubborn);

  world->run_until("2025-11-01T06:39:00.000Z");

  const auto ended = world->journal_of(JournalEvent::attempt_ended);
  REQUIRE(ended.size() >= 1);
  CHECK(ended[0].end == "interrupted");
  CHECK(ended[0].time == at("2025-11-01T06:38:30.000Z"));
  CHECK(world->journal_of(JournalEvent::started).back().time == at("2025-11-01T06:38:30.000Z"));
  CHECK(world->engine->history().of(ScheduleId("holder")).failures.consecutive == 0);
}

TEST_CASE("S13: two schedules of one minute start one after the other, in the file's order") {
  auto world =
      world_that_knows({schedule_json({{"id", "\"b\""}}), schedule_json({{"id", "\"a\""}})}, kSeen);
  world->start_engine();

  world->run_until("2025-11-01T06:40:00.000Z");

  const auto claimed = world->journal_of(JournalEvent::claimed);
  REQUIRE(claimed.size() == 2);
  CHECK(claimed[0].run.str() == "b@20251101T063800Z");
  CHECK(claimed[1].run.str() == "a@20251101T063800Z");
  CHECK(world->journal_of(JournalEvent::started)[1].time == at("2025-11-01T06:38:30.000Z"));
}

TEST_CASE("S19: a waiting run may start up to a minute after the expiration") {
  const std::string ends = R"("expirationDate": "2025-11-01")";
  for (const auto& [held_s, expected] : {std::pair{40, "12:00"}, std::pair{120, ""}}) {
    INFO("holder ends " << held_s << " s after the slot");
    auto first = holder();
    auto world = world_that_knows({schedule_json({{"id", "\"holder\""},
                                                  {"scheduleType", "\"once\""},
                                                  {"startDate", "\"2025-11-01\""},
                                                  {"startHour", "\"11\""},
                                                  {"startMinute", "\"55\""},
                                                  {"lastExecutionTime", ""}}),
                                   schedule_json({{"timeInterval", "\"1\""},
                                                  {"timeUnit", "\"hour\""},
                                                  {"startDate", "\"2025-11-01\""},
                                                  {"startHour", "\"12\""},
                                                  {"lastExecutionTime", ""},
                                                  {"expirationDate", "\"2025-11-01\""},
                                                  {"expirationHour", "\"12\""},
                                                  {"expirationMinute", "\"00\""}})},
                                  "2025-11-01T11:00:00.000Z");
    const AgentScript holding = talks_until(std::chrono::seconds{300 + held_s});
    world->script = [holding](const RunId& run, int) {
      return run.str().starts_with("holder@") ? holding : AgentScript{};
    };
    world->start_engine();
    world->run_until("2025-11-01T12:05:00.000Z");

    const bool has_run = world->journal_of(JournalEvent::claimed).size() == 2;
    CHECK(has_run == (expected[0] != '\0'));
    CHECK(world->journal_of(JournalEvent::expired).empty() == has_run);
    CHECK(world->field("q", "active") == "false");
    CHECK(world->field("q", "nextExecutionTime").empty());
  }
}

TEST_CASE("S24: a prompt edited while waiting is the one that runs") {
  auto world = world_with_holder(schedule_json(), talks_until(std::chrono::minutes{12}));
  world->run_until("2025-11-01T06:40:00.000Z");
  world->write_schedules({holder(), schedule_json({{"taskInstructions", "\"echo new\""}})});

  world->run_until("2025-11-01T06:43:00.000Z");

  CHECK(world->file(".loop/runs/q@20251101T063800Z/prompt.md") == "echo new");
}

TEST_CASE("S28: a schedule that wants activity skips when there was none") {
  auto world =
      world_that_knows({schedule_json({{"requireActivity", "true"}}),
                        schedule_json({{"id", "\"other\""},
                                       {"scheduleType", "\"manual\""},
                                       {"lastExecutionTime", "\"2025-11-01T06:00:00.000Z\""}})},
                       kSeen);
  world->start_engine();
  world->run_until("2025-11-01T06:38:01.000Z");

  const auto skipped = world->journal_of(JournalEvent::skipped);
  REQUIRE(skipped.size() == 1);
  CHECK(skipped[0].detail == "no-activity");
  CHECK(world->field("q", "lastSkippedTime").empty());
  CHECK(world->field("q", "nextExecutionTime") == "2025-11-01T06:48:00.000Z");
}

TEST_CASE("a slot that comes while an earlier one waits is folded into it") {
  auto world = world_with_holder(schedule_json(), talks_until(std::chrono::minutes{25}));

  world->run_until("2025-11-01T06:57:00.000Z");

  CHECK(slots_of(world->journal_of(JournalEvent::folded)) == Texts{"06:48"});
  CHECK(slots_of(world->journal_of(JournalEvent::claimed)) == Texts{"06:30", "06:38"});
}

TEST_CASE("background starts beside the holder, up to its limit") {
  Config config;
  config.background_max = 1;
  auto world = world_that_knows(
      {schedule_json({{"taskInteraction", "\"background\""}, {"timeInterval", "\"1\""}})}, kSeen,
      config);
  world->agent.duration = std::chrono::seconds{90};
  world->start_engine();

  world->run_until("2025-11-01T06:29:30.000Z");
  CHECK(world->processes.live_count() == 1);
  world->run_until("2025-11-01T06:30:10.000Z");
  CHECK(world->processes.live_count() == 1);
  CHECK(world->journal_of(JournalEvent::waiting).size() == 1);
}
