// SPDX-License-Identifier: MIT
// Schedules joined with what the journal says of them.
#include "schedule_view.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "loop/domain/slots.h"
#include "text_forms.hpp"

namespace loopctl {

using loop::Instant;
using loop::Result;
using loop::Schedule;

namespace {

// Once an engine has seen a schedule, its slots follow from the journal; before, from the file.
std::vector<Instant> next_slots(const Schedule& schedule, const loop::ScheduleHistory& past,
                                const loop::SlotForecast& forecast, const loop::Zone& default_zone,
                                Instant now, std::size_t count) {
  if (!past.is_active || forecast.state != loop::SlotForecast::State::active) return forecast.next;
  loop::Zone zone = default_zone;
  if (auto own = loop::Zone::find(schedule.timing.timezone); own) zone = *own;
  const loop::SlotReference reference{past.last_start, past.last_skip, past.activation};
  const Instant at = std::max({now, past.last_start.value_or(now), past.last_skip.value_or(now)});
  const loop::SlotSequence slots(schedule.timing, zone, reference, at);
  std::vector<Instant> next;
  Instant after = std::max({now, past.activation, past.consumed.value_or(now)});
  while (next.size() < count) {
    const auto slot = slots.next_after(after);
    if (!slot) break;
    next.push_back(*slot);
    after = *slot;
  }
  return next;
}

// Live runs come first: they say what happens now.
void judge(ScheduleView& view, const loop::SlotForecast& forecast, const loop::History& history) {
  const Schedule& schedule = *view.schedule;
  for (const auto& [id, run] : history.live()) {
    if (run.schedule != schedule.id) continue;
    view.status = run.has_process() ? "running" : "waiting";
    view.reason = fmt::format("run {}", id.str());
    return;
  }
  view.status = to_string(forecast.state);
  view.reason = forecast.reason;
  if (forecast.state == loop::SlotForecast::State::invalid) return;
  if (schedule.loop.paused) {
    view.status = "paused";
    view.reason = schedule.loop.note;
  } else if (is_escalated(view.past)) {
    view.status = "escalated";
    view.reason = fmt::format("{} failures in a row", view.past.failures.consecutive);
  } else if (view.past.waiting_slot) {
    view.status = "waiting";
    view.reason = fmt::format("slot {}", loop::format_instant(*view.past.waiting_slot));
  }
}

ScheduleView view_of(const Schedule& schedule, const loop::History& history, const loop::Zone& zone,
                     Instant now, std::size_t slots_max) {
  ScheduleView view;
  view.schedule = &schedule;
  view.past = history.of(schedule.id);
  const loop::SlotForecast forecast = loop::forecast(schedule, zone, now, slots_max);
  if (!schedule.loop.paused) {
    view.next = next_slots(schedule, view.past, forecast, zone, now, slots_max);
  }
  view.last = std::max(view.past.last_start, schedule.mirror.last_execution);
  judge(view, forecast, history);
  return view;
}

}  // namespace

bool is_escalated(const loop::ScheduleHistory& past) { return past.failures.escalations > 0; }

Result<Overview> look_at(Session& session, std::size_t slots_max) {
  LOOP_TRY(const loop::ScheduleBook* book, session.book());
  LOOP_TRY(const loop::Zone zone, session.zone());
  LOOP_TRY(loop::EngineStatus engine, read_engine_status(session.files()));
  LOOP_TRY(loop::History history, read_history(session.files(), session.clock(), session.log()));
  Overview overview{std::move(engine), std::move(history), {}};
  for (const Schedule& schedule : book->schedules()) {
    overview.schedules.push_back(
        view_of(schedule, overview.history, zone, session.now(), slots_max));
  }
  return overview;
}

boost::json::object to_json(const ScheduleView& view) {
  const Schedule& schedule = *view.schedule;
  boost::json::array next;
  for (const Instant slot : view.next) next.emplace_back(loop::format_instant(slot));
  return {
      {"id", json_text(schedule.id.str())},
      {"name", json_text(schedule.name)},
      {"mode", json_text(schedule.mode.str())},
      {"kind", to_string(schedule.timing.kind)},
      {"status", view.status},
      {"reason", json_text_or_null(view.reason)},
      {"active", schedule.active},
      {"overlap", to_string(schedule.overlap)},
      {"agent", json_text_or_null(schedule.loop.agent)},
      {"timezone", json_text_or_null(schedule.timing.timezone)},
      {"next", std::move(next)},
      {"last", json_time(view.last)},
      {"last_end", json_text_or_null(view.past.last_end)},
      {"consecutive_failures", view.past.failures.consecutive},
      {"warnings", json_texts(schedule.warnings)},
  };
}

}  // namespace loopctl
