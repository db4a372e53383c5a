// SPDX-License-Identifier: MIT
// One line an event, to standard error.
#include "engine_reporter.hpp"

#include <fmt/format.h>

#include "text_forms.hpp"

namespace loopctl {

using loop::RunPhase;
using loop::RunSummary;

namespace {

std::string name_of(const loop::Engine& engine, const RunSummary& run) {
  const loop::Schedule* schedule = engine.book() ? engine.book()->find(run.schedule) : nullptr;
  return shown(schedule ? schedule->name : run.schedule.str(), 60);
}

std::string clock_time(loop::Instant time) {
  constexpr std::size_t kTimeAt = 11, kTimeLength = 8;
  return loop::format_instant(time).substr(kTimeAt, kTimeLength) + "Z";
}

// What is worth a line; empty for the steps between.
std::string event_of(const RunSummary& run) {
  switch (run.phase) {
    case RunPhase::running:
      return run.attempt > 1 ? fmt::format("attempt {} started", run.attempt)
                             : std::string("started");
    case RunPhase::retry_wait:
      return fmt::format("{}: {}; again at {}", run.end, run.reason,
                         clock_time(run.until.value_or(run.claimed)));
    case RunPhase::parked:
      return fmt::format("parked until {}: {}", clock_time(run.until.value_or(run.claimed)),
                         run.reason);
    case RunPhase::finished:
      return run.reason.empty()
                 ? fmt::format("{} after {}", run.end, loop::format_duration(run.busy))
                 : fmt::format("{} after {}: {}", run.end, loop::format_duration(run.busy),
                               run.reason);
    case RunPhase::waiting: return "waits for its turn";
    case RunPhase::claimed:
    case RunPhase::starting:
    case RunPhase::ended: return "";
  }
  return "";
}

loop::Instant time_of(const RunSummary& run) {
  if (run.phase == RunPhase::finished && run.ended) return *run.ended;
  return run.phase == RunPhase::running && run.started ? *run.started : run.claimed;
}

}  // namespace

void EngineReporter::report_schedules(const loop::Engine& engine) {
  if (!engine.book()) return;
  for (const loop::Schedule& schedule : engine.book()->schedules()) {
    if (!schedule.active || !schedule.invalid) continue;
    output_.warning(fmt::format("schedule \"{}\" does not run: {}", shown(schedule.name, 60),
                                *schedule.invalid));
  }
}

void EngineReporter::report_run(const loop::Engine& engine, const RunSummary& run) {
  const std::pair state{run.phase, run.attempt};
  const auto [entry, is_new] = seen_.try_emplace(run.id, state);
  if (!is_new && entry->second == state) return;
  entry->second = state;
  const std::string event = event_of(run);
  if (is_first_ || event.empty()) return;
  output_.note(
      fmt::format("{}  {}  {}", clock_time(time_of(run)), name_of(engine, run), shown(event)));
}

void EngineReporter::report(const loop::Engine& engine) {
  if (is_first_) report_schedules(engine);
  for (const RunSummary& run : engine.history().finished()) report_run(engine, run);
  for (const auto& [id, run] : engine.history().live()) report_run(engine, run);
  std::erase_if(seen_, [&](const auto& known) { return !engine.history().find(known.first); });
  is_first_ = false;
}

}  // namespace loopctl
