// SPDX-License-Identifier: MIT
// Changing schedules.json: add, edit, enable, pause, delete.
#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "commands/schedule.hpp"
#include "commands/schedule_options.hpp"
#include "loop/base/text.h"
#include "loop/domain/modes.h"
#include "loop/domain/schedule_fields.h"
#include "loop/store/file_content.h"
#include "text_forms.hpp"

namespace loopctl {

namespace json = boost::json;
using loop::Errc;
using loop::Error;
using loop::FieldChange;
using loop::Result;
using loop::Schedule;
using loop::ScheduleBook;
using loop::ScheduleId;

namespace {

const FieldChange* find_change(const std::vector<FieldChange>& changes, std::string_view key) {
  const auto found = std::find_if(changes.begin(), changes.end(),
                                  [&](const FieldChange& change) { return change.key == key; });
  return found == changes.end() ? nullptr : &*found;
}

std::string text_of(const FieldChange* change) {
  if (change == nullptr || !change->value) return {};
  const auto* text = std::get_if<std::string>(&*change->value);
  return text == nullptr ? std::string{} : *text;
}

// Agents and modes are known only here: the file may name any.
loop::Status check_references(Session& session, const std::vector<FieldChange>& changes,
                              Output& output) {
  if (const auto mode = text_of(find_change(changes, "mode")); !mode.empty()) {
    LOOP_TRY(const std::string global, session.global_modes());
    LOOP_TRY(const auto modes, loop::ModeBook::load(session.files(), global));
    LOOP_TRY(const loop::Mode* found, modes.require(loop::ModeSlug(mode)));
    (void)found;
  }
  const std::string agent = text_of(find_change(changes, "loop.agent"));
  if (agent.empty()) return {};
  const auto names = known_agents(session);
  if (!names) return {};  // the configuration is not readable: a run will say so
  if (std::find(names->begin(), names->end(), agent) != names->end()) return {};
  output.warning(fmt::format("agent \"{}\" is not known here{}; known: {}", shown(agent, 80),
                             loop::did_you_mean(agent, *names), fmt::join(*names, ", ")));
  return {};
}

// What the form of Roo Scheduler writes for a new schedule, in its order.
struct FormField {
  std::string_view key;
  std::string_view value;  // as the command line would give it
};
constexpr FormField kForm[] = {
    {"name", ""},
    {"mode", "code"},
    {"modeDisplayName", ""},
    {"taskInstructions", ""},
    {"scheduleType", "time"},
    {"timeInterval", "10"},
    {"timeUnit", "minute"},
    {"selectedDays", "all"},
    {"startDate", ""},
    {"startHour", ""},
    {"startMinute", "00"},
    {"expirationDate", ""},
    {"expirationHour", ""},
    {"expirationMinute", ""},
    {"requireActivity", "false"},
    {"active", "true"},
    {"taskInteraction", "wait"},
    {"inactivityDelay", "10"},
};

std::string display_name_of(Session& session, const std::string& slug) {
  const auto global = session.global_modes();
  if (!global) return slug;
  const auto modes = loop::ModeBook::load(session.files(), *global);
  const loop::Mode* mode = modes ? modes->find(loop::ModeSlug(slug)) : nullptr;
  return mode == nullptr ? slug : mode->name;
}

Result<std::vector<FieldChange>> fields_of_new(Session& session,
                                               const std::vector<FieldChange>& given) {
  std::vector<FieldChange> fields;
  for (const FormField& field : kForm) {
    const FieldChange* change = find_change(given, field.key);
    fields.push_back(change != nullptr
                         ? *change
                         : FieldChange{std::string(field.key), std::string(field.value)});
  }
  for (const FieldChange& change : given) {
    if (find_change(fields, change.key) == nullptr) fields.push_back(change);
  }
  if (find_change(given, "modeDisplayName") == nullptr) {
    const std::string slug = text_of(find_change(fields, "mode"));
    for (FieldChange& field : fields) {
      if (field.key == "modeDisplayName") field.value = display_name_of(session, slug);
    }
  }
  LOOP_TRY(fields, check_fields(std::move(fields)));
  std::erase_if(fields, [](const FieldChange& field) { return !field.value; });
  return fields;
}

// Date.now() as Roo Scheduler has it; the next free number when two are made in one millisecond.
ScheduleId free_id(const ScheduleBook& book, loop::Instant now) {
  for (std::int64_t number = now.time_since_epoch().count();; ++number) {
    ScheduleId id(fmt::to_string(number));
    if (book.find(id) == nullptr) return id;
  }
}

std::vector<FieldChange> with_frame(std::vector<FieldChange> fields, const ScheduleId& id,
                                    loop::Instant now) {
  const std::string time = loop::format_instant(now);
  fields.insert(fields.begin(), FieldChange{"id", id.str()});
  // Extensions stand last, behind what the form writes.
  const auto extension = std::find_if(fields.begin(), fields.end(), [](const FieldChange& field) {
    return field.key.starts_with("loop.");
  });
  fields.insert(extension, {FieldChange{"createdAt", time}, FieldChange{"updatedAt", time}});
  return fields;
}

// Changes that must leave the schedule able to run: the file as a whole is judged, not single
// fields.
loop::Status check_outcome(const std::string& text, const ScheduleId& id) {
  LOOP_TRY(const ScheduleBook book, ScheduleBook::parse(text));
  const Schedule* schedule = book.find(id);
  if (schedule == nullptr || !schedule->invalid) return {};
  return Error(Errc::invalid_argument,
               fmt::format("the schedule could never run then: {}", *schedule->invalid));
}

struct Change {
  std::string done;  // "disabled"
  // The new text of the file for one schedule of it.
  std::function<Result<std::string>(const ScheduleBook&, const Schedule&)> make;
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

Result<ExitCode> change_one(Invocation& call, Session& session, const Change& change) {
  LOOP_TRY(const ScheduleBook* book, session.book());
  LOOP_TRY(const Schedule schedule, find_schedule(*book, call.arguments.positional(0)));
  LOOP_TRY(const std::string text, change.make(*book, schedule));
  const bool changed = text != book->bytes();
  if (changed && !call.is_dry_run()) {
    LOOP_TRY_VOID(session.prepare());
    LOOP_TRY_VOID(
        session.schedules().update([&](const ScheduleBook& present) -> Result<std::string> {
          const Schedule* now_there = present.find(schedule.id);
          if (now_there == nullptr) {
            return Error(Errc::not_found, fmt::format("schedule \"{}\" was deleted meanwhile",
                                                      shown(schedule.id.str(), 80)));
          }
          return change.make(present, *now_there);
        }));
  }
  return report(call, schedule.id, schedule.name, change.done, changed);
}

Result<ExitCode> set_fields(Invocation& call, std::string done, std::vector<FieldChange> fields) {
  LOOP_TRY(const auto session, call.open_session());
  LOOP_TRY(fields, check_fields(std::move(fields)));
  const std::string now = loop::format_instant(session->now());
  return change_one(call, *session,
                    {std::move(done), [&](const ScheduleBook& book, const Schedule& schedule) {
                       auto text = book.with_changes(schedule.id, fields);
                       if (!text || *text == book.bytes()) return text;
                       std::vector<FieldChange> stamped = fields;
                       stamped.push_back({"updatedAt", now});
                       return book.with_changes(schedule.id, stamped);
                     }});
}

}  // namespace

Result<ExitCode> schedule_add(Invocation& call) {
  LOOP_TRY(const auto given, changes_from(call.arguments));
  for (const auto& [key, option] :
       {std::pair{"name", "--name"},
        {"taskInstructions", "--instructions or --instructions-file"}}) {
    if (find_change(given, key) == nullptr) {
      return Error(Errc::invalid_argument, fmt::format("schedule add: {} is needed", option));
    }
  }
  LOOP_TRY(const auto session, call.open_session());
  LOOP_TRY(const auto fields, fields_of_new(*session, given));
  LOOP_TRY_VOID(check_references(*session, fields, call.output));
  const loop::Instant now = session->now();
  ScheduleId id;
  const auto make = [&](const ScheduleBook& book) -> Result<std::string> {
    id = free_id(book, now);
    LOOP_TRY(std::string text, book.with_new_schedule(with_frame(fields, id, now)));
    LOOP_TRY_VOID(check_outcome(text, id));
    return text;
  };
  LOOP_TRY(const ScheduleBook* book, session->book());
  LOOP_TRY(const std::string text, make(*book));
  if (!call.is_dry_run()) {
    LOOP_TRY_VOID(session->prepare());
    LOOP_TRY_VOID(make_directories(session->files(), loop::RelativePath::of(".roo")));
    LOOP_TRY_VOID(session->schedules().update(make));
  }
  report(call, id, text_of(find_change(fields, "name")), "added", true);
  if (!call.output.wants_json()) call.output.line(id.str());
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
  LOOP_TRY(const auto fields, check_fields(std::move(given)));
  LOOP_TRY_VOID(check_references(*session, fields, call.output));
  const std::string now = loop::format_instant(session->now());
  return change_one(
      call, *session,
      {"changed", [&](const ScheduleBook& book, const Schedule& schedule) -> Result<std::string> {
         LOOP_TRY(std::string text, book.with_changes(schedule.id, fields));
         if (text == book.bytes()) return text;
         std::vector<FieldChange> stamped = fields;
         stamped.push_back({"updatedAt", now});
         LOOP_TRY(text, book.with_changes(schedule.id, stamped));
         // A schedule that is invalid already may be mended step by step.
         if (!schedule.invalid) {
           LOOP_TRY_VOID(check_outcome(text, schedule.id));
         }
         return text;
       }});
}

Result<ExitCode> schedule_enable(Invocation& call) {
  return set_fields(call, "enabled", {{"active", true}});
}

Result<ExitCode> schedule_disable(Invocation& call) {
  return set_fields(call, "disabled", {{"active", false}});
}

Result<ExitCode> schedule_pause(Invocation& call) {
  std::vector<FieldChange> fields{{"loop.paused", true}};
  if (const auto note = call.arguments.text("note")) fields.push_back({"loop.note", *note});
  return set_fields(call, "paused", std::move(fields));
}

Result<ExitCode> schedule_resume(Invocation& call) {
  return set_fields(call, "resumed", {{"loop.paused", std::nullopt}, {"active", true}});
}

Result<ExitCode> schedule_delete(Invocation& call) {
  LOOP_TRY(const auto session, call.open_session());
  return change_one(call, *session,
                    {"deleted", [](const ScheduleBook& book, const Schedule& schedule) {
                       return book.without_schedule(schedule.id);
                     }});
}

}  // namespace loopctl
