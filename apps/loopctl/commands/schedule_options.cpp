// SPDX-License-Identifier: MIT
// Options of schedules: one for each settable field, and short spellings for several at once.
#include "commands/schedule_options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "loop/base/text.h"
#include "loop/domain/schedule_fields.h"
#include "front/surroundings.hpp"

namespace loopctl {

using loop::Errc;
using loop::Error;
using loop::FieldChange;
using loop::Result;

namespace {

constexpr std::size_t kInstructionsBytesMax = 1024 * 1024;

// The key's own word, as the form of Roo Scheduler calls it.
std::string option_name(const loop::ScheduleFieldInfo& field) {
  return field.key == "taskInstructions" ? "instructions" : std::string(field.option);
}

Option option_for(const loop::ScheduleFieldInfo& field) {
  Option option;
  option.name = option_name(field);
  option.kind = ValueKind::text;
  option.value_name = field.type == loop::FieldType::variables ? "NAME=VALUE" : "VALUE";
  option.repeats = field.type == loop::FieldType::variables;
  option.meaning = fmt::format("{} ({})", field.meaning, field.allowed);
  return option;
}

void set(std::vector<FieldChange>& changes, std::string_view key, std::string value) {
  const auto found = std::find_if(changes.begin(), changes.end(),
                                  [&](const FieldChange& change) { return change.key == key; });
  if (found != changes.end()) {
    found->value = std::move(value);
  } else {
    changes.push_back({std::string(key), std::move(value)});
  }
}

bool is_set(const std::vector<FieldChange>& changes, std::string_view key) {
  return std::any_of(changes.begin(), changes.end(),
                     [&](const FieldChange& change) { return change.key == key; });
}

// An interval is minutes, hours or days; "1d" and "24h" differ when the clocks change.
loop::Status add_every(std::vector<FieldChange>& changes, const std::string& text) {
  LOOP_TRY(const loop::Duration every, loop::parse_duration(text));
  const std::int64_t minutes = every.count() / 60'000;
  if (minutes < 1 || every.count() % 60'000 != 0) {
    return Error(
        Errc::invalid_argument,
        fmt::format("--every: \"{}\" is not allowed; allowed: whole minutes, as 10m, 2h, 1d",
                    text));
  }
  const bool in_days = text.ends_with('d') && minutes % 1440 == 0;
  const bool in_hours = text.ends_with('h') && minutes % 60 == 0;
  set(changes, "timeInterval",
      fmt::to_string(in_days    ? minutes / 1440
                     : in_hours ? minutes / 60
                                : minutes));
  set(changes, "timeUnit", in_days ? "day" : in_hours ? "hour" : "minute");
  return {};
}

// "2025-11-03", "2025-11-03 10:30" or "2025-11-03T10:30": a wall-clock time in the schedule's zone.
struct LocalText {
  std::string date, hour, minute;
};
Result<LocalText> parse_local(std::string_view option, const std::string& text) {
  const auto refuse = [&] {
    return Error(
        Errc::invalid_argument,
        fmt::format("--{}: \"{}\" is not allowed; allowed: 2025-11-03 or 2025-11-03T10:30, "
                    "in the schedule's time zone",
                    option, loop::ellipsize(loop::to_single_line(text), 80)));
  };
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (text.size() == 10) return LocalText{text, "", ""};
  const bool has_shape = text.size() == 16 && (text[10] == 'T' || text[10] == ' ') &&
                         text[13] == ':' && is_digit(text[11]) && is_digit(text[12]) &&
                         is_digit(text[14]) && is_digit(text[15]);
  if (!has_shape) return refuse();
  return LocalText{text.substr(0, 10), text.substr(11, 2), text.substr(14, 2)};
}

loop::Status add_start(std::vector<FieldChange>& changes, std::string_view option,
                       const std::string& text) {
  if (text.empty()) {
    for (const char* key : {"startDate", "startHour", "startMinute"}) set(changes, key, "");
    return {};
  }
  LOOP_TRY(const LocalText local, parse_local(option, text));
  set(changes, "startDate", local.date);
  set(changes, "startHour", local.hour.empty() ? "00" : local.hour);
  set(changes, "startMinute", local.minute.empty() ? "00" : local.minute);
  return {};
}

loop::Status add_expiration(std::vector<FieldChange>& changes, const std::string& text) {
  LocalText local;
  if (!text.empty()) {
    LOOP_TRY(local, parse_local("expires", text));
  }
  set(changes, "expirationDate", local.date);
  set(changes, "expirationHour", local.hour);
  set(changes, "expirationMinute", local.minute);
  return {};
}

loop::Status check_conflicts(const Arguments& arguments) {
  constexpr std::array<std::array<const char*, 2>, 7> kEither{
      {{"every", "interval"},
       {"every", "unit"},
       {"at", "start"},
       {"at", "every"},
       {"at", "cron"},
       {"cron", "every"},
       {"instructions", "instructions-file"}}};
  for (const auto& [one, other] : kEither) {
    if (!arguments.has(one) || !arguments.has(other)) continue;
    return Error(Errc::invalid_argument,
                 fmt::format("--{} and --{} cannot be given together", one, other));
  }
  return {};
}

}  // namespace

std::vector<Option> schedule_options() {
  std::vector<Option> options{
      {.name = "every",
       .kind = ValueKind::text,
       .value_name = "DURATION",
       .meaning = "Interval in one word, as 10m, 2h, 1d: --interval and --unit"},
      {.name = "at",
       .kind = ValueKind::text,
       .value_name = "TIME",
       .meaning = "Once, at 2025-11-03T10:30 in the schedule's zone: --type once and --start"},
      {.name = "start",
       .kind = ValueKind::text,
       .value_name = "TIME",
       .meaning = "Anchor of the interval, 2025-11-03 or 2025-11-03T10:30; empty: none"},
      {.name = "expires",
       .kind = ValueKind::text,
       .value_name = "TIME",
       .meaning = "Last moment, 2025-11-03 (its end) or 2025-11-03T10:30; empty: never"},
      {.name = "instructions-file",
       .kind = ValueKind::text,
       .value_name = "FILE",
       .meaning = "File with the instructions; - is standard input"},
  };
  for (const loop::ScheduleFieldInfo& field : loop::schedule_fields()) {
    options.push_back(option_for(field));
  }
  return options;
}

Result<std::vector<FieldChange>> changes_from(const Arguments& arguments) {
  LOOP_TRY_VOID(check_conflicts(arguments));
  std::vector<FieldChange> changes;
  for (const loop::ScheduleFieldInfo& field : loop::schedule_fields()) {
    const std::string name = option_name(field);
    if (!arguments.has(name)) continue;
    set(changes, field.key, fmt::format("{}", fmt::join(arguments.texts(name), "\n")));
  }
  if (const auto file = arguments.text("instructions-file")) {
    LOOP_TRY(std::string text, front::read_user_file(*file, kInstructionsBytesMax));
    set(changes, "taskInstructions", std::move(text));
  }
  if (const auto every = arguments.text("every")) LOOP_TRY_VOID(add_every(changes, *every));
  if (const auto at = arguments.text("at")) LOOP_TRY_VOID(add_start(changes, "at", *at));
  if (const auto start = arguments.text("start"))
    LOOP_TRY_VOID(add_start(changes, "start", *start));
  if (const auto end = arguments.text("expires")) LOOP_TRY_VOID(add_expiration(changes, *end));
  if (arguments.has("at") && !is_set(changes, "scheduleType")) set(changes, "scheduleType", "once");
  return changes;
}

}  // namespace loopctl
