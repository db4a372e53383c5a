// SPDX-License-Identifier: MIT
// A schedule as a value: what to do, in which mode, when, and how to treat overlap and failure.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "loop/base/ids.h"
#include "loop/base/time.h"
#include "loop/domain/cron.h"
#include "loop/domain/sandbox.h"

namespace loop {

enum class TimeUnit { minute, hour, day };

// What makes slots. `scheduleType` "time" is Roo Scheduler's; the others are ours and inert there.
enum class ScheduleKind {
  interval,    // "time": timeInterval and timeUnit
  cron,        // "cron": loop.cron
  once,        // "once": one slot at startDate startHour:startMinute
  manual,      // "manual": only by trigger
  completion,  // "completion": after the schedules named in loop.after have succeeded
};

// What happens when a slot is due while the workspace (or this schedule) is busy:
// `taskInteraction`.
enum class Overlap {
  wait,        // starts when the holder ends, or has stalled; later slots fold into it
  interrupt,   // the holder is ended first
  skip,        // the slot is dropped, and said so
  background,  // starts beside the holder
};

enum class CatchUp { one, none, all };              // missed slots: the newest, none, or each
enum class OnEscalate { cooldown, pause, resume };  // `resume` is spelt "continue" in the file
enum class OnAbandon { report, retry };             // a run whose runner and agent died

struct Interval {
  std::int64_t count = 0;  // at least 1
  TimeUnit unit = TimeUnit::hour;
};

// Days on which slots may lie; index 0 is Sunday. None set means every day.
using Weekdays = std::array<bool, 7>;

// Everything that the slots of a schedule depend on, apart from its past.
struct Timing {
  ScheduleKind kind = ScheduleKind::interval;
  std::optional<Interval> interval;    // of kind interval
  std::optional<CronExpression> cron;  // of kind cron
  Weekdays days{};
  std::optional<LocalTime> start;       // anchored when set: startDate startHour:startMinute
  int day_begin_hour = 0;               // startHour and startMinute also say when a selected
  int day_begin_minute = 0;             //   day begins, with or without a startDate
  std::optional<LocalTime> expiration;  // inclusive, by slot
  std::string timezone;                 // loop.timezone; empty: the engine's
};

// The object "loop" inside a schedule. Unset values come from the configuration.
struct LoopOptions {
  std::optional<CatchUp> catchup;
  std::optional<Duration> catchup_window;
  std::optional<int> attempts_max;       // loop.retries + 1; 1 to 10
  std::optional<Duration> timeout;       // loop.timeoutSeconds
  std::optional<Duration> idle_timeout;  // loop.idleTimeoutSeconds
  std::string agent;                     // a name from the configuration; empty: the default
  std::string model;
  std::map<std::string, std::string> env;
  std::string cwd;  // inside the workspace; empty: its root
  std::vector<ScheduleId> after;
  std::optional<int> max_runs;
  std::optional<OnEscalate> on_escalate;
  std::optional<OnAbandon> on_abandon;
  std::optional<SandboxProfile> sandbox;  // the agent's is at least this
  std::string note;
  bool paused = false;                // by pause; `note` may say why
  std::vector<std::string> workflow;  // names of stages, in their order
};

// Run state as the file shows it; the journal is the truth.
struct ScheduleMirror {
  std::optional<Instant> last_execution;
  std::optional<Instant> last_skipped;
  std::string last_task_id;
  std::optional<Instant> next_execution;
};

struct Schedule {
  ScheduleId id;
  std::string name;
  ModeSlug mode;
  std::string task_instructions;
  bool active = true;
  bool require_activity = false;
  Overlap overlap = Overlap::wait;
  Duration inactivity_delay = std::chrono::minutes{1};
  Timing timing;
  LoopOptions loop;
  ScheduleMirror mirror;
  std::optional<Instant> created;
  std::optional<Instant> updated;
  std::size_t position = 0;  // in the file, from 0
  std::optional<std::string>
      invalid;  // why it never runs ("interval: ..."); such a schedule is kept
  std::vector<std::string> warnings;  // odd but usable ("taskInteraction \"x\": treated as wait")
};

std::string_view to_string(ScheduleKind kind) noexcept;
std::string_view to_string(Overlap overlap) noexcept;
std::string_view to_string(TimeUnit unit) noexcept;
std::string_view to_string(CatchUp catchup) noexcept;
std::string_view to_string(OnEscalate action) noexcept;
std::string_view to_string(OnAbandon action) noexcept;

// One schedule object, as JSON text in either key style (camelCase wins over snake_case). Never
// fails for a bad field: the schedule is `invalid` then. invalid_data when it is no JSON object.
Result<Schedule> parse_schedule(std::string_view json_object);

}  // namespace loop
