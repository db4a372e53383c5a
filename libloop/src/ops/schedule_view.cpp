// SPDX-License-Identifier: MIT
// Schedules joined with what the journal says of them.
#include "loop/ops/schedule_view.h"

#include "loop/domain/slots.h"

#include <fmt/format.h>

#include <algorithm>

namespace loop {

namespace {

Zone zone_of(const Schedule& schedule, const Zone& default_zone) {
  if (schedule.timing.timezone.empty()) return default_zone;
  const auto own = Zone::find(schedule.timing.timezone);
  return own ? *own : default_zone;
}

// How many slots may still become runs.
std::size_t runs_left(const Schedule& schedule, const ScheduleHistory& past, std::size_t most) {
  if (!schedule.loop.max_runs) return most;
  const std::int64_t finished = past.is_active ? past.runs_finished : 0;
  const std::int64_t left = std::max<std::int64_t>(0, *schedule.loop.max_runs - finished);
  return std::min(most, static_cast<std::size_t>(left));
}

std::vector<Instant> slots_from_history(const ScheduleView& view, const Zone& zone, Instant now,
                                        std::size_t count) {
  const ScheduleHistory& past = view.past;
  SlotReference reference{past.last_start, past.last_skip, past.activation};
  Instant after = std::max({now, past.activation, past.consumed.value_or(now)});
  std::vector<Instant> next;
  // The trial at the end of a rest is a slot of its own; slots before it are skipped.
  const auto& rests_until = past.failures.open_until;
  if (rests_until && *rests_until > now && count > 0) {
    const Instant trial = std::chrono::floor<std::chrono::seconds>(*rests_until);
    next.push_back(trial);
    after = std::max(after, trial);
    reference.last_start = trial;
  }
  const Instant at =
      std::max({now, reference.last_start.value_or(now), reference.last_skip.value_or(now)});
  const SlotSequence slots(view.schedule->timing, zone, reference, at);
  while (next.size() < count) {
    const auto slot = slots.next_after(after);
    if (!slot) break;
    next.push_back(*slot);
    after = *slot;
  }
  return next;
}

const RunSummary* live_run_of(const ScheduleId& id, const History& history) {
  for (const auto& [run_id, run] : history.live()) {
    if (run.schedule == id) return &run;
  }
  return nullptr;
}

void set(ScheduleView& view, ScheduleState state, std::string reason) {
  view.state = state;
  view.reason = std::move(reason);
}

void judge_by_history(ScheduleView& view) {
  if (is_escalated(view.past)) {
    set(view, ScheduleState::escalated,
        fmt::format("{} failures in a row", view.past.failures.consecutive));
  } else if (view.past.waiting_slot) {
    set(view, ScheduleState::waiting,
        fmt::format("slot {}", format_instant(*view.past.waiting_slot)));
  }
}

void judge(ScheduleView& view, const SlotForecast& forecast) {
  const Schedule& schedule = *view.schedule;
  const ScheduleHistory& past = view.past;
  if (schedule.invalid) return set(view, ScheduleState::invalid, *schedule.invalid);
  if (!schedule.active) return set(view, ScheduleState::inactive, "active is false");
  if (schedule.loop.paused) return set(view, ScheduleState::paused, schedule.loop.note);
  // The engine has decided it; the file does not show it yet.
  if (past.is_switched_off && !past.switch_off_note.empty()) {
    return set(view, ScheduleState::paused, past.switch_off_note);
  }
  if (past.is_switched_off) return set(view, ScheduleState::inactive, "it has run its course");
  if (forecast.state == SlotForecast::State::expired) {
    return set(view, ScheduleState::expired, forecast.reason);
  }
  judge_by_history(view);
}

bool makes_slots(ScheduleState state) {
  switch (state) {
    case ScheduleState::active:
    case ScheduleState::escalated:
    case ScheduleState::running:
    case ScheduleState::waiting: return true;
    case ScheduleState::invalid:
    case ScheduleState::inactive:
    case ScheduleState::expired:
    case ScheduleState::paused: return false;
  }
  return false;
}

ScheduleView view_of(const ScheduleBook& book, const Schedule& schedule, const History& history,
                     const Zone& default_zone, Instant now, std::size_t slots_max) {
  ScheduleView view;
  view.schedule = &schedule;
  // The second schedule of an id has no past: the first one's is not its own.
  const bool is_meant = book.find(schedule.id) == &schedule;
  if (is_meant) view.past = history.of(schedule.id);
  const std::size_t count = runs_left(schedule, view.past, slots_max);
  const SlotForecast forecast = loop::forecast(schedule, default_zone, now, count);
  judge(view, forecast);
  if (makes_slots(view.state)) {
    view.next = view.past.is_active
                    ? slots_from_history(view, zone_of(schedule, default_zone), now, count)
                    : forecast.next;
  }
  view.last = std::max(view.past.last_start, schedule.mirror.last_execution);
  const RunSummary* run = is_meant ? live_run_of(schedule.id, history) : nullptr;
  if (run != nullptr) {
    set(view, run->has_process() ? ScheduleState::running : ScheduleState::waiting,
        fmt::format("run {}", run->id.str()));
  }
  return view;
}

}  // namespace

std::string_view to_string(ScheduleState state) noexcept {
  switch (state) {
    case ScheduleState::running: return "running";
    case ScheduleState::waiting: return "waiting";
    case ScheduleState::invalid: return "invalid";
    case ScheduleState::inactive: return "inactive";
    case ScheduleState::expired: return "expired";
    case ScheduleState::paused: return "paused";
    case ScheduleState::escalated: return "escalated";
    case ScheduleState::active: return "active";
  }
  return "invalid";
}

bool is_escalated(const ScheduleHistory& past) { return past.failures.escalations > 0; }

std::vector<ScheduleView> view_schedules(const ScheduleBook& book, const History& history,
                                         const Zone& default_zone, Instant now,
                                         std::size_t slots_max) {
  std::vector<ScheduleView> views;
  views.reserve(book.schedules().size());
  for (const Schedule& schedule : book.schedules()) {
    views.push_back(view_of(book, schedule, history, default_zone, now, slots_max));
  }
  return views;
}

}  // namespace loop
