// SPDX-License-Identifier: MIT
// Missed slots, activation and the clock: behaviour cases S1-S6, S10, S19-S23, S25.
#include "sim/engine/behaviour_fixture.hpp"

using namespace loop;
using namespace loop::sim;

namespace {
const std::string kSeen = "2025-11-01T06:28:05.000Z";
using Texts = std::vector<std::string>;
}  // namespace

TEST_CASE("S1: after downtime the newest slot runs once and the others are logged as missed") {
  auto world = world_that_knows({schedule_json()}, kSeen);
  world->clock.advance_to(at("2025-11-01T08:00:00.000Z"));

  world->start_engine();

  const auto claimed = world->journal_of(JournalEvent::claimed);
  REQUIRE(claimed.size() == 1);
  CHECK(claimed[0].run.str() == "q@20251101T075800Z");
  CHECK(slots_of(world->journal_of(JournalEvent::missed)) ==
        Texts{"06:38", "06:48", "06:58", "07:08", "07:18", "07:28", "07:38", "07:48"});
  CHECK(world->field("q", "lastExecutionTime") == "2025-11-01T08:00:00.000Z");
  CHECK(world->field("q", "nextExecutionTime") == "2025-11-01T08:10:00.000Z");
  CHECK(world->field("q", "lastTaskId") == "q@20251101T075800Z");
}

TEST_CASE("S2: catchup none logs every slot as missed and waits for the next") {
  auto world = world_that_knows({schedule_json({{"loop", R"({"catchup": "none"})"}})}, kSeen);
  world->clock.advance_to(at("2025-11-01T08:00:00.000Z"));

  world->start_engine();

  CHECK(world->journal_of(JournalEvent::missed).size() == 9);
  CHECK(world->journal_of(JournalEvent::claimed).empty());
  world->run_until("2025-11-01T08:09:00.000Z");
  CHECK(slots_of(world->journal_of(JournalEvent::claimed)) == Texts{"08:08"});
}

TEST_CASE("S3: catchup all makes up each slot, in order, one after another") {
  auto world = world_that_knows({schedule_json({{"loop", R"({"catchup": "all"})"}})}, kSeen);
  world->clock.advance_to(at("2025-11-01T08:00:00.000Z"));

  world->start_engine();
  world->run_until("2025-11-01T08:08:00.000Z");

  CHECK(slots_of(world->journal_of(JournalEvent::claimed)) ==
        Texts{"06:38", "06:48", "06:58", "07:08", "07:18", "07:28", "07:38", "07:48", "07:58"});
  CHECK(world->journal_of(JournalEvent::missed).empty());
  const auto last = world->journal_of(JournalEvent::started).back().time;
  CHECK(world->field("q", "nextExecutionTime") ==
        format_instant(floor_minute(last + std::chrono::minutes{10})));
}

TEST_CASE("S4: an anchored hourly schedule makes up the newest of its missed slots") {
  auto world = world_that_knows({schedule_json({{"timeInterval", "\"1\""},
                                                {"timeUnit", "\"hour\""},
                                                {"startDate", "\"2025-11-01\""},
                                                {"startHour", "\"10\""},
                                                {"lastExecutionTime", ""}})},
                                "2025-11-01T10:30:00.000Z");
  world->clock.advance_to(at("2025-11-01T13:20:00.000Z"));

  world->start_engine();

  CHECK(slots_of(world->journal_of(JournalEvent::claimed)) == Texts{"13:00"});
  CHECK(slots_of(world->journal_of(JournalEvent::missed)) == Texts{"11:00", "12:00"});
  CHECK(world->field("q", "nextExecutionTime") == "2025-11-01T14:00:00.000Z");
}

TEST_CASE("S5: a slot older than the catch-up window is missed") {
  auto world =
      world_that_knows({schedule_json({{"timeInterval", "\"1\""},
                                       {"timeUnit", "\"day\""},
                                       {"startDate", "\"2025-10-01\""},
                                       {"startHour", "\"09\""},
                                       {"lastExecutionTime", ""},
                                       {"selectedDays", R"({"mon": true, "tue": false})"}})},
                       "2025-11-02T12:00:00.000Z");
  world->clock.advance_to(at("2025-11-05T09:00:00.000Z"));

  world->start_engine();

  CHECK(world->journal_of(JournalEvent::claimed).empty());
  const auto missed = world->journal_of(JournalEvent::missed);
  REQUIRE(missed.size() == 1);
  CHECK(format_instant(*missed[0].slot) == "2025-11-03T09:00:00.000Z");
  world->run_until("2025-11-10T09:00:01.000Z");
  CHECK(world->journal_of(JournalEvent::claimed).size() == 1);
}

TEST_CASE("S6: enabling a schedule never fires at once") {
  const std::map<std::string, std::string> daily{{"timeInterval", "\"1\""},
                                                 {"timeUnit", "\"day\""},
                                                 {"startDate", "\"2025-10-01\""},
                                                 {"startHour", "\"23\""},
                                                 {"lastExecutionTime", ""}};
  auto off = daily;
  off["active"] = "false";
  auto world = world_that_knows({schedule_json(daily)}, "2025-11-01T21:00:00.000Z");
  world->start_engine();
  world->run_until("2025-11-01T22:00:00.000Z");
  world->write_schedules({schedule_json(off)});
  world->run_until("2025-11-01T23:30:00.000Z");

  world->write_schedules({schedule_json(daily)});
  world->run_until("2025-11-02T22:59:59.000Z");
  CHECK(world->journal_of(JournalEvent::claimed).empty());

  world->run_until("2025-11-02T23:00:01.000Z");
  CHECK(world->journal_of(JournalEvent::claimed).size() == 1);
}

TEST_CASE("S10: a schedule that was waiting in Roo Scheduler's file runs once, at once") {
  WorldOptions options;
  options.start = at("2025-11-01T07:30:00.000Z");
  World world(options);
  world.write_schedules({schedule_json({{"lastSkippedTime", "\"2025-11-01T06:49:00.983Z\""},
                                        {"nextExecutionTime", "\"2025-11-01T06:50:00.983Z\""}})});

  world.start_engine();
  world.run_until("2025-11-01T07:35:00.000Z");

  const auto started = world.journal_of(JournalEvent::started);
  REQUIRE(started.size() == 1);
  CHECK(started[0].time == at("2025-11-01T07:30:00.000Z"));
}

TEST_CASE("S20: a clock set back by an hour repeats no slot") {
  auto world = world_that_knows({schedule_json()}, kSeen);
  world->start_engine();
  world->run_until("2025-11-01T06:40:00.000Z");
  REQUIRE(slots_of(world->journal_of(JournalEvent::claimed)) == Texts{"06:38"});

  world->clock.set(at("2025-11-01T05:40:00.000Z"));
  world->run_until("2025-11-01T06:47:59.000Z");
  CHECK(world->journal_of(JournalEvent::claimed).size() == 1);

  world->run_until("2025-11-01T06:48:00.000Z");
  CHECK(slots_of(world->journal_of(JournalEvent::claimed)) == Texts{"06:38", "06:48"});
}

TEST_CASE("S21: a run recorded by a clock that was years ahead does not stall the schedule") {
  auto world = world_that_knows({schedule_json()}, kSeen);
  world->clock.set(at("2099-01-01T00:00:00.000Z"));
  world->start_engine();
  world->run_until("2099-01-01T00:10:00.000Z");
  REQUIRE(world->journal_of(JournalEvent::started).size() >= 1);
  const auto before = world->journal_of(JournalEvent::claimed).size();

  world->clock.set(at("2025-11-01T07:00:00.000Z"));
  world->settle();
  world->run_until("2025-11-01T07:09:59.000Z");
  CHECK(world->journal_of(JournalEvent::claimed).size() == before);
  world->run_until("2025-11-01T07:10:00.000Z");

  CHECK(world->journal_of(JournalEvent::claimed).size() == before + 1);
  CHECK(slots_of(world->journal_of(JournalEvent::claimed)).back() == "07:10");
}

TEST_CASE("S22: after a suspend one run stands for the newest slot") {
  auto world = world_that_knows({schedule_json()}, kSeen);
  world->start_engine();
  world->run_until("2025-11-01T06:37:00.000Z");
  world->clock.set(at("2025-11-01T09:00:00.000Z"));

  world->settle();

  CHECK(slots_of(world->journal_of(JournalEvent::claimed)) == Texts{"08:58"});
  CHECK(world->journal_of(JournalEvent::missed).size() == 14);
}

TEST_CASE("S23: a change of the system's zone recomputes slots and repeats none") {
  auto world = world_that_knows({schedule_json({{"timeInterval", "\"1\""},
                                                {"timeUnit", "\"day\""},
                                                {"startDate", "\"2025-10-01\""},
                                                {"startHour", "\"09\""},
                                                {"lastExecutionTime", ""}})},
                                "2025-11-10T12:00:00.000Z", {}, "America/New_York");
  world->start_engine();
  world->run_until("2025-11-10T14:05:00.000Z");
  REQUIRE(world->journal_of(JournalEvent::claimed).size() == 1);  // 09:00 in New York

  world->engine->use_zone(Zone::find("Europe/Warsaw").value());
  world->settle();
  world->run_until("2025-11-11T08:30:00.000Z");

  const auto claimed = world->journal_of(JournalEvent::claimed);
  REQUIRE(claimed.size() == 2);
  CHECK(format_instant(*claimed[1].slot) == "2025-11-11T08:00:00.000Z");  // 09:00 in Warsaw
}

TEST_CASE("S25: a changed interval counts from the last start") {
  auto world = world_that_knows({schedule_json()}, kSeen);
  world->start_engine();
  world->run_until("2025-11-01T06:33:00.000Z");
  world->write_schedules({schedule_json({{"timeInterval", "\"60\""}})});
  world->settle();

  world->run_until("2025-11-01T07:27:59.000Z");
  CHECK(world->journal_of(JournalEvent::claimed).empty());
  world->run_until("2025-11-01T07:28:00.000Z");
  CHECK(slots_of(world->journal_of(JournalEvent::claimed)) == Texts{"07:28"});
}
