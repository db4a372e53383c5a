// SPDX-License-Identifier: MIT
// What a step looks at: what is due or new, however many schedules there are.
#include "sim/engine/behaviour_fixture.hpp"

using namespace loop;
using namespace loop::sim;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

constexpr std::size_t kMany = 10'000;

std::string numbered(std::size_t number, const std::string& start) {
  return schedule_json({{"id", '"' + std::to_string(number) + '"'},
                        {"name", "\"n" + std::to_string(number) + '"'},
                        {"timeInterval", "\"1\""},
                        {"timeUnit", "\"day\""},
                        {"startDate", "\"2025-11-02\""},
                        {"startHour", '"' + start.substr(0, 2) + '"'},
                        {"startMinute", '"' + start.substr(3) + '"'},
                        {"lastExecutionTime", ""}});
}

// All due at noon of the next day, but for the first, whose time is given.
std::unique_ptr<World> world_of_many(std::size_t count, const std::string& first) {
  WorldOptions options;
  options.start = at("2025-11-01T06:00:00.000Z");
  auto world = std::make_unique<World>(std::move(options));
  std::vector<std::string> schedules{numbered(0, first)};
  for (std::size_t number = 1; number < count; ++number) {
    schedules.push_back(numbered(number, "12:00"));
  }
  world->write_schedules(schedules);
  world->start_engine();
  // A file that was just written is read once more: its stamp does not tell two writes apart yet.
  world->run_until("2025-11-01T06:01:00.000Z");
  world->settle();
  return world;
}

std::size_t looks_of_step(World& world) {
  REQUIRE(world.engine->step(world.clock.now()));
  return world.engine->schedules_looked_at();
}

}  // namespace

TEST_CASE("a step with 10,000 schedules of which none is due looks at none") {
  const auto world = world_of_many(kMany, "12:00");
  REQUIRE(world->journal_of(JournalEvent::activated).size() == kMany);

  CHECK(looks_of_step(*world) == 0);
  world->clock.advance(minutes{30});
  CHECK(looks_of_step(*world) == 0);
  CHECK(world->engine->next_deadline() <= world->clock.now() + std::chrono::hours{1});
}

TEST_CASE("a step looks at the schedule that is due, and its deadline is the next one's slot") {
  const auto world = world_of_many(100, "06:10");
  world->clock.set(at("2025-11-02T05:59:00.000Z"));
  CHECK(looks_of_step(*world) == 0);
  world->clock.set(at("2025-11-02T06:09:00.000Z"));
  CHECK(looks_of_step(*world) == 0);
  CHECK(world->engine->next_deadline() == at("2025-11-02T06:10:00.000Z"));

  world->clock.set(at("2025-11-02T06:10:00.000Z"));

  CHECK(looks_of_step(*world) == 1);
  CHECK(slots_of(world->journal_of(JournalEvent::claimed)) == std::vector<std::string>{"06:10"});
}

TEST_CASE("a step looks at all when the clock was set back, and when the zone changed") {
  const auto world = world_of_many(20, "12:00");
  CHECK(looks_of_step(*world) == 0);

  world->clock.set(world->clock.now() - minutes{5});
  CHECK(looks_of_step(*world) == 20);
  CHECK(looks_of_step(*world) == 0);

  world->engine->use_zone(Zone::find("Europe/Warsaw").value());
  CHECK(looks_of_step(*world) == 20);
  CHECK(looks_of_step(*world) == 0);

  // The slots of noon are an hour earlier there.
  world->clock.set(at("2025-11-02T10:59:00.000Z"));
  CHECK(looks_of_step(*world) == 0);
  CHECK(world->engine->next_deadline() == at("2025-11-02T11:00:00.000Z"));
}

TEST_CASE("a step looks at a schedule of which another process wrote into the journal") {
  const auto world = world_of_many(20, "12:00");
  CHECK(looks_of_step(*world) == 0);
  auto visitor =
      Engine::open({world->files, world->clock, world->random, world->processes, world->log},
                   world->options, EngineRole::visitor);
  REQUIRE(visitor);
  REQUIRE((*visitor)->trigger(ScheduleId("7"), world->clock.now()));

  CHECK(looks_of_step(*world) >= 1);
  world->run_until("2025-11-01T06:30:00.000Z");
  CHECK(world->field("7", "lastTaskId") == world->engine->history().finished().back().id.str());
}

TEST_CASE("a step looks at what was deleted, added and switched off in the file") {
  const auto world = world_of_many(3, "12:00");
  auto off = numbered(1, "12:00");
  const std::size_t active = off.find("\"active\": true");
  REQUIRE(active != std::string::npos);
  off.replace(active, 14, "\"active\": false");

  world->write_schedules({numbered(0, "12:00"), off, numbered(8, "12:00")});
  world->clock.advance(seconds{1});
  CHECK(looks_of_step(*world) == 3);

  const auto& past = world->engine->history();
  CHECK(past.of(ScheduleId("0")).is_active);
  CHECK_FALSE(past.of(ScheduleId("1")).is_active);
  CHECK_FALSE(past.of(ScheduleId("2")).is_active);
  CHECK(past.of(ScheduleId("8")).is_active);
}
