// SPDX-License-Identifier: MIT
// Running a schedule by hand, and waiting for the end of a run.
#include <boost/json.hpp>
#include <fmt/format.h>

#include "commands/schedule.hpp"
#include "run_view.hpp"
#include "run_wait.hpp"
#include "text_forms.hpp"

namespace loopctl {

using loop::Result;

Result<ExitCode> schedule_trigger(Invocation& call) {
  LOOP_TRY(const auto session, call.open_session());
  LOOP_TRY(const loop::ScheduleBook* book, session->book());
  LOOP_TRY(const loop::Schedule schedule, find_schedule(*book, call.arguments.positional(0)));
  if (call.is_dry_run()) {
    call.output.note(fmt::format("schedule \"{}\" would be run now", shown(schedule.name, 60)));
    if (call.output.wants_json()) {
      call.output.json({{"schedule", json_text(schedule.id.str())}, {"dry_run", true}});
    }
    return ExitCode::ok;
  }
  LOOP_TRY(const auto engine, session->open_visitor());
  LOOP_TRY(const loop::RunId run, engine->trigger(schedule.id, session->now()));
  return report_or_wait(call, *session, *engine, run);
}

}  // namespace loopctl
