// SPDX-License-Identifier: MIT
// Changing schedules.json: add, edit, enable, pause, delete.
#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "commands/schedule.hpp"
#include "commands/schedule_options.hpp"
#include "loop/domain/schedule_edit.h"
#include "text_forms.hpp"

namespace loopctl {

using loop::Errc;
using loop::Error;
using loop::FieldChange;
using loop::Result;
using loop::Schedule;
using loop::ScheduleBook;
using loop::ScheduleId;

namespace {

Result<loop::ModeBook> load_modes(front::Session& session) {
  LOOP_TRY(const std::string global, session.global_modes());
  return loop::ModeBook::load(session.files(), global);
}

// Only a warning: the schedules may be meant for another machine.
void warn_of_agent(front::Session& session, const std::vector<FieldChange>& fields,
                   Output& output) {
  const auto names = known_agents(session);
  if (!names) return;  // the configuration is not readable: a run will say so
  if (const auto problem = unknown_agent(fields, *names)) {
    output.warning(shown(problem->message()));
  }
}

bool is_given(const std::vector<FieldChange>& changes, std::string_view key) {
  return std::ranges::find(changes, key, &FieldChange::key) != changes.end();
}

struct Change {
  std::string done;  // "disabled"
  // The new text of the file for one schedule of it.
  std::function<Result<std::string>(const ScheduleBook&, const ScheduleId&)> make;
};

ExitCode report(Invocation& call, const ScheduleId& id, const std::string& name,
                const std::string& done, bool changed) {
  if (call.output.wants_json()) {
    call.output.json({{"id", json_text(id.str())},
                      {"name", json_text(name)},
                      {"changed", changed},
                      {"dry_run", call.is_dry_run()}});
    return ExitCode::ok;
  }
  const std::string_view would = call.is_dry_run() ? "would be " : "";
  const std::string what = changed ? fmt::format("{}{}", would, done) : "unchanged";
  call.output.note(
      fmt::format("schedule \"{}\" ({}): {}", shown(name, 60), shown(id.str(), 60), what));
  return ExitCode::ok;
}

Result<ExitCode> change_one(Invocation& call, front::Session& session, const Change& change) {
  LOOP_TRY(const ScheduleBook* book, session.book());
  LOOP_TRY(const Schedule schedule, find_schedule(*book, call.arguments.positional(0)));
  LOOP_TRY(const std::string text, change.make(*book, schedule.id));
  const bool changed = text != book->bytes();
  if (changed && !call.is_dry_run()) {
    LOOP_TRY_VOID(session.prepare());
    LOOP_TRY_VOID(session.schedules().update(
        [&](const ScheduleBook& present) { return change.make(present, schedule.id); }));
  }
  return report(call, schedule.id, schedule.name, change.done, changed);
}

Result<ExitCode> set_fields(Invocation& call, front::Session& session, std::string done,
                            const std::vector<FieldChange>& fields) {
  const loop::Instant now = session.now();
  return change_one(call, session,
                    {std::move(done), [&](const ScheduleBook& book, const ScheduleId& id) {
                       return with_edit(book, id, fields, now);
                     }});
}

Result<ExitCode> turn(Invocation& call, std::string done, loop::ScheduleSwitch to) {
  LOOP_TRY(const auto session, call.open_session());
  std::vector<FieldChange> fields = changes_of(to);
  if (const auto note = call.arguments.text("note")) fields.push_back({"loop.note", *note});
  LOOP_TRY(fields, check_fields(std::move(fields)));
  return set_fields(call, *session, std::move(done), fields);
}

}  // namespace

Result<ExitCode> schedule_add(Invocation& call) {
  LOOP_TRY(const auto given, changes_from(call.arguments));
  for (const auto& [key, option] :
       {std::pair{"name", "--name"},
        {"taskInstructions", "--instructions or --instructions-file"}}) {
    if (!is_given(given, key)) {
      return Error(Errc::invalid_argument, fmt::format("schedule add: {} is needed", option));
    }
  }
  LOOP_TRY(const auto session, call.open_session());
  LOOP_TRY(const loop::ModeBook modes, load_modes(*session));
  LOOP_TRY(const auto fields, fields_of_new_schedule(given, modes));
  warn_of_agent(*session, fields, call.output);
  const loop::Instant now = session->now();
  loop::NewSchedule added;
  const auto make = [&](const ScheduleBook& book) -> Result<std::string> {
    LOOP_TRY(added, with_new_schedule(book, fields, now));
    return added.text;
  };
  LOOP_TRY(const ScheduleBook* book, session->book());
  LOOP_TRY_VOID(make(*book));
  if (!call.is_dry_run()) {
    LOOP_TRY_VOID(session->prepare());
    LOOP_TRY_VOID(session->schedules().update(make));
  }
  report(call, added.id, *call.arguments.text("name"), "added", true);
  if (!call.output.wants_json()) call.output.line(added.id.str());
  return ExitCode::ok;
}

Result<ExitCode> schedule_edit(Invocation& call) {
  LOOP_TRY(auto given, changes_from(call.arguments));
  if (given.empty()) {
    return Error(
        Errc::invalid_argument,
        "schedule edit: no change is given; `loopctl help schedule edit` lists what can be");
  }
  LOOP_TRY(const auto session, call.open_session());
  LOOP_TRY(const loop::ModeBook modes, load_modes(*session));
  LOOP_TRY(const auto fields, checked_changes(std::move(given), modes));
  warn_of_agent(*session, fields, call.output);
  return set_fields(call, *session, "changed", fields);
}

Result<ExitCode> schedule_enable(Invocation& call) {
  return turn(call, "enabled", loop::ScheduleSwitch::activate);
}

Result<ExitCode> schedule_disable(Invocation& call) {
  return turn(call, "disabled", loop::ScheduleSwitch::deactivate);
}

Result<ExitCode> schedule_pause(Invocation& call) {
  return turn(call, "paused", loop::ScheduleSwitch::pause);
}

Result<ExitCode> schedule_resume(Invocation& call) {
  return turn(call, "resumed", loop::ScheduleSwitch::resume);
}

Result<ExitCode> schedule_delete(Invocation& call) {
  LOOP_TRY(const auto session, call.open_session());
  return change_one(call, *session, {"deleted", [](const ScheduleBook& book, const ScheduleId& id) {
                                       return book.without_schedule(id);
                                     }});
}

}  // namespace loopctl
