// SPDX-License-Identifier: MIT
// Disturbing a simulated month, and judging it.
#include "sim/engine/month.hpp"

#include <fmt/format.h>

#include <array>
#include <set>

#include "loop/store/layout.h"
#include "sim/engine/behaviour_fixture.hpp"
#include "sim/engine/slot_model.hpp"

namespace loop::sim {

namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr int kDays = 30;
constexpr int kQuietDays = 2;

// One to three schedules of different kinds; some have slots in the hour that DST takes or repeats.
std::vector<std::string> schedules_of(SimRandom& random) {
  static constexpr std::array<const char*, 5> kOverlap{"wait", "skip", "wait", "background",
                                                       "interrupt"};
  static constexpr std::array<const char*, 3> kCatchUp{"one", "none", "all"};
  static constexpr std::array<const char*, 4> kCron{"30 2 * * *", "15 1,13 * * *", "0 9 * * 1-5",
                                                    "45 23 */2 * *"};
  std::vector<std::string> texts;
  const std::uint64_t count = 1 + random.below(3);
  for (std::uint64_t number = 0; number < count; ++number) {
    std::map<std::string, std::string> fields{
        {"id", fmt::format("\"s{}\"", number)},
        {"lastExecutionTime", ""},
        {"inactivityDelay", "\"30\""},
        {"taskInteraction", fmt::format("\"{}\"", kOverlap[random.below(kOverlap.size())])},
        {"timeInterval", fmt::format("\"{}\"", 17 + random.below(40))},
        {"timeUnit", "\"hour\""},
    };
    std::string extension =
        fmt::format(R"("catchup": "{}")", kCatchUp[random.below(kCatchUp.size())]);
    const std::uint64_t kind = random.below(3);
    if (kind == 0) {
      fields["startDate"] = "\"2025-01-01\"";
      fields["startHour"] = "\"02\"";
    }
    if (kind == 1) {
      fields["scheduleType"] = "\"cron\"";
      extension += fmt::format(R"(, "cron": "{}")", kCron[random.below(kCron.size())]);
    }
    if (random.below(4) == 0) extension += R"(, "retries": 2)";
    fields["loop"] = "{" + extension + "}";
    texts.push_back(schedule_json(fields));
  }
  return texts;
}

// Every other month has a change of the clocks in it.
Instant start_of(SimRandom& random) {
  static constexpr std::array<const char*, 4> kStarts{
      "2025-03-10T00:00:30.000Z", "2025-10-08T00:00:30.000Z", "2025-06-01T00:00:30.000Z",
      "2025-12-15T00:00:30.000Z"};
  return at(kStarts[random.below(kStarts.size())]) + minutes{random.below(3 * 24 * 60)};
}

void write_over(FileSystem& files, const RelativePath& path, std::string_view bytes) {
  auto file = files.open(path, {Access::read_write, Creation::if_absent, 0644});
  if (file) static_cast<void>((*file)->write(bytes).has_value());
}

void append_to(FileSystem& files, const RelativePath& path, std::string_view bytes) {
  auto file = files.open(path, {Access::append, Creation::if_absent, 0644});
  if (file) static_cast<void>((*file)->write(bytes).has_value());
}

// What an agent may do to the files of its workspace. The journal is not among them: who writes
// there is believed.
void do_mischief(FileSystem& files, const RunId& run, std::uint64_t kind) {
  const RelativePath folder = layout::runs() / run.str();
  switch (kind) {
    case 0: write_over(files, layout::schedules(), "{\"schedules\": [{{{{"); break;
    case 1: {
      auto file = files.open(layout::schedules(), {Access::read_write});
      if (file) static_cast<void>((*file)->truncate(40).has_value());
      break;
    }
    case 2: write_over(files, layout::memory(), std::string(300, '\0')); break;
    case 3: append_to(files, layout::timing(), "9\tno row, and no end"); break;
    case 4: static_cast<void>(files.remove(folder / "prompt.md").has_value()); break;
    case 5: append_to(files, folder / "stdout.log", std::string(16 * 1024, 'x')); break;
    default: append_to(files, layout::todo(), "- [ ] \xff\xfe\n"); break;
  }
}

}  // namespace

MonthEvents& MonthEvents::operator+=(const MonthEvents& other) {
  for (const auto member :
       {&MonthEvents::claimed, &MonthEvents::excused, &MonthEvents::engine_kills,
        &MonthEvents::power_cuts, &MonthEvents::clock_jumps, &MonthEvents::pauses,
        &MonthEvents::full_disks, &MonthEvents::bad_agents}) {
    this->*member += other.*member;
  }
  return *this;
}

Month::Month(std::uint64_t seed) : fate_(seed * 2 + 1) {
  WorldOptions options;
  options.start = start_of(fate_);
  options.seed = seed;
  options.zone = fate_.below(2) == 0 ? "Europe/Warsaw" : "America/New_York";
  options.config.parallel_max = 2;
  options.config.runs_keep = 5;
  world_ = std::make_unique<World>(options);
  world_->options.poll = hours{24};
  world_->retry_after = minutes{10};
  schedules_ = schedules_of(fate_);
  world_->script = [this](const RunId& run, int) {
    AgentScript script = next_agent();
    if (!is_quiet_ && fate_.below(25) == 0) {
      script.mischief = [run, kind = fate_.below(7)](FileSystem& files) {
        do_mischief(files, run, kind);
      };
      ++events_.bad_agents;
    }
    return script;
  };
}

Month::~Month() = default;

AgentScript Month::next_agent() {
  AgentScript script;
  script.duration = seconds{20 + fate_.below(400)};
  if (is_quiet_) return script;
  const auto chance = fate_.below(100);
  if (chance < 6) script.end = AttemptEnd::failed, script.outcome = OutcomeClass::task_failed;
  if (chance == 6) script.vanishes = true;
  if (chance == 7) script.loses_runner = true;
  if (chance == 8) script.never_starts = true;
  if (chance == 9) script.end = AttemptEnd::limited, script.outcome = OutcomeClass::rate_limited;
  if (chance == 10) script.duration = hours{3}, script.ignores_term = true;
  if (chance <= 10) ++events_.bad_agents;
  return script;
}

void Month::fill_disk() {
  ++events_.full_disks;
  world_->files.set_free_bytes(fate_.below(4000));
  world_->run_until(world_->clock.now() + minutes{60 + fate_.below(15 * 60)});
  world_->files.set_free_bytes(std::nullopt);
}

// As a person does who notices.
void Month::repair_schedules() {
  if (!ScheduleBook::parse(world_->file(layout::schedules().str()))) {
    world_->write_schedules(schedules_);
  }
}

void Month::disturb() {
  const Instant now = world_->clock.now();
  switch (fate_.below(7)) {
    case 0:
      ++events_.engine_kills;
      world_->kill_engine();
      break;
    case 1:
    case 2:
      ++events_.power_cuts;
      world_->crash_machine(fate_.below(1'000'000'000));
      break;
    case 3:
      ++events_.pauses;
      world_->kill_engine();
      world_->run_until(now + minutes{fate_.below(72 * 60)});
      break;
    case 4:
      ++events_.clock_jumps;
      world_->clock.set(now + minutes{fate_.below(26 * 60)});
      break;
    case 5:
      ++events_.clock_jumps;
      world_->clock.set(now - minutes{fate_.below(120)});
      break;
    default: fill_disk(); break;
  }
  repair_schedules();
  if (!world_->engine) world_->start_engine();
  world_->settle();
}

void Month::run() {
  world_->write_schedules(schedules_);
  world_->start_engine();
  const Instant end = world_->clock.now() + hours{24} * kDays;
  const Instant quiet = end - hours{24} * kQuietDays;
  while (world_->clock.now() < quiet) {
    const Instant next = world_->clock.now() + minutes{30 + fate_.below(5 * 24 * 60)};
    world_->run_until(std::min(quiet, next));
    if (world_->clock.now() < quiet) disturb();
  }
  is_quiet_ = true;
  repair_schedules();
  world_->settle();
  world_->run_until(end);
  SlotModel model;
  model.read(world_->journal());
  for (const auto& [id, account] : model.accounts()) {
    events_.claimed += account.claimed.size();
    events_.excused += account.excused.size();
  }
}

std::string Month::complaint() const {
  SlotModel model;
  model.read(world_->journal());
  if (!model.complaints().empty()) return model.complaints().front();
  const Instant now = world_->clock.now();
  const auto missing = model.unaccounted(*world_->engine, world_->options.zone, now);
  if (!missing.empty()) return "not accounted for: " + missing.front();
  const auto& starts = world_->processes.starts();
  if (std::set<std::string>(starts.begin(), starts.end()).size() != starts.size()) {
    return "an agent was let go twice";
  }
  if (!world_->last_step) return "the last step failed: " + world_->last_step.error().message();
  return {};
}

}  // namespace loop::sim
