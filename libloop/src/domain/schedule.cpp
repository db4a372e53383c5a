// SPDX-License-Identifier: MIT
// The words of a schedule's choices, as they stand in the file.
#include "loop/domain/schedule.h"

namespace loop {

std::string_view to_string(ScheduleKind kind) noexcept {
  switch (kind) {
    case ScheduleKind::interval: return "time";
    case ScheduleKind::cron: return "cron";
    case ScheduleKind::once: return "once";
    case ScheduleKind::manual: return "manual";
    case ScheduleKind::completion: return "completion";
  }
  return "time";
}

std::string_view to_string(Overlap overlap) noexcept {
  switch (overlap) {
    case Overlap::wait: return "wait";
    case Overlap::interrupt: return "interrupt";
    case Overlap::skip: return "skip";
    case Overlap::background: return "background";
  }
  return "wait";
}

std::string_view to_string(TimeUnit unit) noexcept {
  switch (unit) {
    case TimeUnit::minute: return "minute";
    case TimeUnit::hour: return "hour";
    case TimeUnit::day: return "day";
  }
  return "hour";
}

std::string_view to_string(CatchUp catchup) noexcept {
  switch (catchup) {
    case CatchUp::one: return "one";
    case CatchUp::none: return "none";
    case CatchUp::all: return "all";
  }
  return "one";
}

std::string_view to_string(OnEscalate action) noexcept {
  switch (action) {
    case OnEscalate::cooldown: return "cooldown";
    case OnEscalate::pause: return "pause";
    case OnEscalate::resume: return "continue";
  }
  return "cooldown";
}

std::string_view to_string(OnAbandon action) noexcept {
  switch (action) {
    case OnAbandon::report: return "report";
    case OnAbandon::retry: return "retry";
  }
  return "report";
}

}  // namespace loop
