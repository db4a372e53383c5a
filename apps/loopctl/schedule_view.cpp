// SPDX-License-Identifier: MIT
// Looking at a workspace.
#include "schedule_view.hpp"

#include "text_forms.hpp"

namespace loopctl {

using loop::Instant;
using loop::Result;
using loop::Schedule;

Result<Overview> look_at(front::Session& session, std::size_t slots_max) {
  LOOP_TRY(const loop::ScheduleBook* book, session.book());
  LOOP_TRY(const loop::Zone zone, session.zone());
  LOOP_TRY(loop::EngineStatus engine, read_engine_status(session.files()));
  LOOP_TRY(loop::History history, session.history());
  auto views = view_schedules(*book, history, zone, session.now(), slots_max);
  return Overview{std::move(engine), std::move(history), std::move(views)};
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
      {"status", to_string(view.state)},
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
