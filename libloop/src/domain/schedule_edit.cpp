// SPDX-License-Identifier: MIT
// What a new schedule consists of, and what an edit has to leave behind.
#include "loop/domain/schedule_edit.h"

#include "loop/base/text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace loop {

namespace {

constexpr std::size_t kShownBytesMax = 80;

// The form of Roo Scheduler for a new schedule, in its order; the interval is this project's.
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

const FieldChange* find_change(std::span<const FieldChange> changes, std::string_view key) {
  const auto found = std::ranges::find(changes, key, &FieldChange::key);
  return found == changes.end() ? nullptr : &*found;
}

std::string text_of(const FieldChange* change) {
  if (change == nullptr || !change->value) return {};
  const auto* text = std::get_if<std::string>(&*change->value);
  return text == nullptr ? std::string{} : *text;
}

bool is_given(std::span<const FieldChange> changes, std::string_view key) {
  const FieldChange* change = find_change(changes, key);
  return change != nullptr && change->value;
}

// What a field of timing says about the kind, unless the kind itself is given.
void imply_kind(std::vector<FieldChange>& changes) {
  if (find_change(changes, "scheduleType") != nullptr) return;
  const std::string_view kind = is_given(changes, "loop.cron")      ? "cron"
                                : is_given(changes, "loop.after")   ? "completion"
                                : is_given(changes, "timeInterval") ? "time"
                                                                    : "";
  if (!kind.empty()) changes.push_back({"scheduleType", std::string(kind)});
}

Status check_mode(std::span<const FieldChange> changes, const ModeBook& modes) {
  const std::string mode = text_of(find_change(changes, "mode"));
  if (mode.empty()) return {};
  LOOP_TRY_VOID(modes.require(ModeSlug(mode)));
  return {};
}

// Date.now() as Roo Scheduler has it; the next free number when two are made in one millisecond.
ScheduleId free_id(const ScheduleBook& book, Instant now) {
  for (std::int64_t number = now.time_since_epoch().count();; ++number) {
    ScheduleId id(fmt::to_string(number));
    if (book.find(id) == nullptr) return id;
  }
}

std::vector<FieldChange> with_frame(std::span<const FieldChange> fields, const ScheduleId& id,
                                    Instant now) {
  const std::string time = format_instant(now);
  std::vector<FieldChange> framed{{"id", id.str()}};
  framed.insert(framed.end(), fields.begin(), fields.end());
  // Extensions stand last, behind what the form writes.
  const auto extension = std::ranges::find_if(
      framed, [](const FieldChange& field) { return field.key.starts_with("loop."); });
  framed.insert(extension, {FieldChange{"createdAt", time}, FieldChange{"updatedAt", time}});
  return framed;
}

// The schedule as a whole is judged: single fields may be right and not go together.
Status check_outcome(const std::string& text, const ScheduleId& id) {
  LOOP_TRY(const ScheduleBook book, ScheduleBook::parse(text));
  const Schedule* schedule = book.find(id);
  if (schedule == nullptr || !schedule->invalid) return {};
  return Error(Errc::invalid_argument,
               fmt::format("the schedule could never run then: {}", *schedule->invalid));
}

}  // namespace

Result<const Schedule*> require_schedule(const ScheduleBook& book, std::string_view id_or_name) {
  LOOP_TRY(const Schedule* found, book.find_by_id_or_name(id_or_name));
  if (found != nullptr) return found;
  std::vector<std::string> known;
  for (const Schedule& schedule : book.schedules()) {
    known.push_back(schedule.name);
    known.push_back(schedule.id.str());
  }
  const std::string shown = ellipsize(to_single_line(to_valid_utf8(id_or_name)), kShownBytesMax);
  return Error(Errc::not_found,
               fmt::format("no schedule with the id or name \"{}\"{}; the file has {}", shown,
                           did_you_mean(id_or_name, known), book.schedules().size()));
}

Result<std::vector<FieldChange>> fields_of_new_schedule(std::vector<FieldChange> given,
                                                        const ModeBook& modes) {
  LOOP_TRY(given, check_fields(std::move(given)));
  imply_kind(given);
  for (const std::string_view key : {"name", "taskInstructions"}) {
    if (is_given(given, key)) continue;
    return Error(Errc::invalid_argument,
                 fmt::format("{} is missing: a new schedule needs it", key));
  }
  LOOP_TRY_VOID(check_mode(given, modes));

  std::vector<FieldChange> fields;
  for (const FormField& field : kForm) {
    const FieldChange* change = find_change(given, field.key);
    if (change != nullptr) {
      fields.push_back(*change);
      continue;
    }
    fields.push_back({std::string(field.key), std::string(field.value)});
    if (field.key != "modeDisplayName") continue;
    const Mode* mode = modes.find(ModeSlug(text_of(find_change(fields, "mode"))));
    if (mode != nullptr) fields.back().value = to_single_line(to_valid_utf8(mode->name));
  }
  for (const FieldChange& change : given) {
    if (find_change(fields, change.key) == nullptr) fields.push_back(change);
  }
  LOOP_TRY(fields, check_fields(std::move(fields)));
  std::erase_if(fields, [](const FieldChange& field) { return !field.value; });
  return fields;
}

Result<std::vector<FieldChange>> checked_changes(std::vector<FieldChange> given,
                                                 const ModeBook& modes) {
  LOOP_TRY(given, check_fields(std::move(given)));
  if (given.empty()) return Error(Errc::invalid_argument, "no field to change is given");
  imply_kind(given);
  LOOP_TRY_VOID(check_mode(given, modes));
  return given;
}

std::optional<Error> unknown_agent(std::span<const FieldChange> fields,
                                   const std::vector<std::string>& known) {
  const std::string agent = text_of(find_change(fields, "loop.agent"));
  if (agent.empty() || std::ranges::find(known, agent) != known.end()) return std::nullopt;
  return Error(Errc::invalid_argument,
               fmt::format("loop.agent: agent \"{}\" is not known here{}; known: {}",
                           ellipsize(to_single_line(agent), kShownBytesMax),
                           did_you_mean(agent, known), fmt::join(known, ", ")));
}

Result<NewSchedule> with_new_schedule(const ScheduleBook& book, std::span<const FieldChange> fields,
                                      Instant now) {
  NewSchedule added{free_id(book, now), {}};
  LOOP_TRY(added.text, book.with_new_schedule(with_frame(fields, added.id, now)));
  LOOP_TRY_VOID(check_outcome(added.text, added.id));
  return added;
}

Result<std::string> with_edit(const ScheduleBook& book, const ScheduleId& id,
                              std::span<const FieldChange> changes, Instant now) {
  const Schedule* schedule = book.find(id);
  if (schedule == nullptr) {
    return Error(Errc::not_found,
                 fmt::format("schedule \"{}\" was deleted meanwhile", to_valid_utf8(id.str())));
  }
  LOOP_TRY(std::string text, book.with_changes(id, changes));
  if (text == book.bytes()) return text;
  std::vector<FieldChange> stamped(changes.begin(), changes.end());
  stamped.push_back({"updatedAt", format_instant(now)});
  LOOP_TRY(text, book.with_changes(id, stamped));
  if (!schedule->invalid) LOOP_TRY_VOID(check_outcome(text, id));
  return text;
}

std::vector<FieldChange> changes_of(ScheduleSwitch turn) {
  switch (turn) {
    case ScheduleSwitch::activate: return {{"active", true}};
    case ScheduleSwitch::deactivate: return {{"active", false}};
    case ScheduleSwitch::pause: return {{"loop.paused", true}};
    case ScheduleSwitch::resume: return {{"loop.paused", std::nullopt}, {"active", true}};
  }
  return {};
}

}  // namespace loop
