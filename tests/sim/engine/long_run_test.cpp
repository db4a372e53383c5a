// SPDX-License-Identifier: MIT
// Years of a busy workspace in virtual time, with kills, power cuts, clock jumps and failing
// agents.
#include <cstdlib>
#include <set>

#include "sim/engine/behaviour_fixture.hpp"
#include "sim/engine/slot_model.hpp"

using namespace loop;
using namespace loop::sim;

namespace {

struct Plan {
  std::uint64_t seed = 1;
  int days = 1000;
  std::size_t schedules = 50;
};

// Schedule number n: every third is anchored on an hourly grid, every third counts from its last
// start, the others are cron expressions; overlap policies and catch-up take turns.
std::string schedule_number(std::size_t n) {
  static const char* const kOverlap[] = {"\"wait\"", "\"skip\"", "\"wait\"", "\"background\"",
                                         "\"interrupt\""};
  static const char* const kCatchUp[] = {"one", "none", "all"};
  std::map<std::string, std::string> fields{
      {"id", "\"s" + std::to_string(n) + "\""},
      {"name", "\"Schedule " + std::to_string(n) + "\""},
      {"lastExecutionTime", ""},
      {"inactivityDelay", "\"30\""},
      {"taskInteraction", kOverlap[n % 5]},
      {"timeInterval", "\"" + std::to_string(3 + n % 21) + "\""},
      {"timeUnit", "\"hour\""},
  };
  std::string extension = std::string(R"("catchup": ")") + kCatchUp[n % 3] + "\"";
  if (n % 3 == 0) {
    fields["startDate"] = "\"2025-01-01\"";
    fields["startHour"] = n % 2 == 0 ? "\"02\"" : "\"09\"";
  }
  if (n % 3 == 1) {
    fields["scheduleType"] = "\"cron\"";
    extension += R"(, "cron": ")" + std::to_string(n) + " " + std::to_string(n % 24) + " * * *\"";
  }
  fields["loop"] = "{" + extension + "}";
  return schedule_json(fields);
}

SimProcesses::Script random_agents(SimRandom& random) {
  return [&random](const RunId&, int) {
    AgentScript script;
    script.duration = std::chrono::seconds{20 + random.below(400)};
    const auto fate = random.below(100);
    if (fate < 6) script.end = AttemptEnd::failed, script.outcome = OutcomeClass::task_failed;
    if (fate == 6) script.vanishes = true;
    if (fate == 7) script.loses_runner = true;
    if (fate == 8) script.never_starts = true;
    if (fate == 9) script.end = AttemptEnd::limited, script.outcome = OutcomeClass::rate_limited;
    if (fate == 10) script.duration = std::chrono::hours{3}, script.ignores_term = true;
    return script;
  };
}

// One disturbance: a kill of the engine, a power cut, a pause of the machine, or a moved clock.
void disturb(World& world, SimRandom& fate) {
  switch (fate.below(6)) {
    case 0:
    case 1: world.kill_engine(); break;
    case 2: world.crash_machine(fate.below(1'000'000)); break;
    case 3:
      world.kill_engine();
      world.run_until(world.clock.now() + std::chrono::minutes{fate.below(72 * 60)});
      break;
    case 4: world.clock.set(world.clock.now() + std::chrono::minutes{fate.below(26 * 60)}); break;
    default: world.clock.set(world.clock.now() - std::chrono::minutes{fate.below(120)}); break;
  }
  if (!world.engine) world.start_engine();
  world.settle();
}

std::unique_ptr<World> run(const Plan& plan) {
  WorldOptions options;
  options.start = at("2025-01-01T00:00:30.000Z");
  options.seed = plan.seed;
  options.zone = "Europe/Warsaw";
  options.config.parallel_max = 12;
  options.config.background_max = 20;
  options.config.runs_keep = 50;
  auto world = std::make_unique<World>(options);
  std::vector<std::string> texts;
  for (std::size_t n = 0; n < plan.schedules; ++n) texts.push_back(schedule_number(n));
  world->write_schedules(texts);
  world->script = random_agents(world->random);
  world->start_engine();

  SimRandom fate(plan.seed + 1);
  const Instant end = options.start + std::chrono::hours{24} * plan.days;
  while (world->clock.now() < end) {
    const auto quiet = std::chrono::minutes{60 + fate.below(10 * 24 * 60)};
    world->run_until(std::min(end, world->clock.now() + quiet));
    if (world->clock.now() < end) disturb(*world, fate);
  }
  return world;
}

}  // namespace

TEST_CASE("1000 days of 50 schedules: every slot runs once or has a recorded reason") {
  Plan plan;
  if (const char* seed = std::getenv("LOOP_SIM_SEED")) plan.seed = std::strtoull(seed, nullptr, 10);
  INFO("replay with LOOP_SIM_SEED=" << plan.seed);

  const auto world = run(plan);

  SlotModel model;
  model.read(world->journal());
  const auto missing = model.unaccounted(*world->engine, world->options.zone, world->clock.now());
  for (std::size_t index = 0; index < std::min<std::size_t>(5, model.complaints().size());
       ++index) {
    UNSCOPED_INFO(model.complaints()[index]);
  }
  for (std::size_t index = 0; index < std::min<std::size_t>(5, missing.size()); ++index) {
    UNSCOPED_INFO("not accounted for: " << missing[index]);
  }
  std::size_t claimed = 0;
  for (const auto& [id, account] : model.accounts()) claimed += account.claimed.size();
  CHECK(claimed > 50'000);
  CHECK(model.complaints().empty());
  CHECK(missing.empty());
  // No run was let go twice in one launch, and each claimed slot was started once per attempt.
  const std::set<std::string> unique(world->processes.starts().begin(),
                                     world->processes.starts().end());
  CHECK(unique.size() == world->processes.starts().size());
}

TEST_CASE("the same seed gives the same journal") {
  const Plan plan{42, 40, 12};

  const auto first = run(plan);
  const auto second = run(plan);

  CHECK(first->file(".loop/journal.jsonl") == second->file(".loop/journal.jsonl"));
  CHECK(first->file(".roo/schedules.json") == second->file(".roo/schedules.json"));
}
