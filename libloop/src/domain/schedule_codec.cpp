// SPDX-License-Identifier: MIT
// Decoding a schedule.
#include "domain/schedule_codec.hpp"

#include "loop/base/text.h"

#include "domain/json_tokens.hpp"
#include "domain/schedule_reader.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace loop {

namespace {

constexpr std::int64_t kIntervalMax = 5'256'000;  // ten years of minutes
constexpr std::array<std::string_view, 7> kDayNames{"sun", "mon", "tue", "wed",
                                                    "thu", "fri", "sat"};

std::string not_allowed(std::string_view field, std::string_view value, std::string_view allowed) {
  return fmt::format("{} {} is not allowed; allowed: {}", field, value, allowed);
}

ScheduleKind decode_kind(ScheduleReader& reader) {
  const std::string_view type = reader.text("scheduleType");
  // An older writer said "interval" where Roo Scheduler says "time".
  if (type.empty() || type == "time" || type == "interval") return ScheduleKind::interval;
  for (const ScheduleKind kind :
       {ScheduleKind::cron, ScheduleKind::once, ScheduleKind::manual, ScheduleKind::completion}) {
    if (type == to_string(kind)) return kind;
  }
  reader.refuse(not_allowed("scheduleType:", reader.shown("scheduleType"),
                            "time, cron, once, manual, completion"));
  return ScheduleKind::manual;
}

std::optional<std::int64_t> decode_count(const RawField* field) {
  const auto count = field == nullptr ? std::nullopt : leading_integer(*field);
  if (!count || *count < 1 || *count > kIntervalMax) return std::nullopt;
  return count;
}

std::optional<Interval> decode_interval(ScheduleReader& reader) {
  const auto count = decode_count(reader.find("timeInterval"));
  if (!count) {
    reader.refuse(not_allowed("interval: timeInterval", reader.shown("timeInterval"),
                              fmt::format("a whole number from 1 to {}", kIntervalMax)));
    return std::nullopt;
  }
  const std::string_view unit_text = reader.text("timeUnit");
  for (const TimeUnit unit : {TimeUnit::minute, TimeUnit::hour, TimeUnit::day}) {
    if (unit_text == to_string(unit)) return Interval{*count, unit};
  }
  reader.refuse(not_allowed("interval: timeUnit", reader.shown("timeUnit"), "minute, hour, day"));
  return std::nullopt;
}

// One or two digits; "" gives the fallback.
std::optional<int> decode_clock_part(std::string_view text, int max, int fallback) {
  if (text.empty()) return fallback;
  const bool is_digits = text.find_first_not_of("0123456789") == std::string_view::npos;
  if (!is_digits || text.size() > 2) return std::nullopt;
  int value = 0;
  for (const char digit : text) value = value * 10 + (digit - '0');
  return value <= max ? std::optional{value} : std::nullopt;
}

struct ClockKeys {
  std::string_view name;  // for messages: "start time"
  std::string_view hour, minute;
  int hour_default, minute_default;
};
constexpr ClockKeys kStartKeys{"start time", "startHour", "startMinute", 0, 0};
constexpr ClockKeys kExpirationKeys{"expiration time", "expirationHour", "expirationMinute", 23,
                                    59};

struct ClockTime {
  int hour = 0;
  int minute = 0;
};

std::optional<ClockTime> decode_clock(ScheduleReader& reader, const ClockKeys& keys) {
  const auto part = [&](std::string_view key, int max, int fallback, std::string_view allowed) {
    const auto value = decode_clock_part(reader.text(key), max, fallback);
    if (!value) {
      reader.refuse(not_allowed(fmt::format("{}: {}", keys.name, key), reader.shown(key), allowed));
    }
    return value;
  };
  const auto hour = part(keys.hour, 23, keys.hour_default, "00 to 23, or empty");
  const auto minute = part(keys.minute, 59, keys.minute_default, "00 to 59, or empty");
  if (!hour || !minute) return std::nullopt;
  return ClockTime{*hour, *minute};
}

// Nothing without a date.
std::optional<LocalDay> decode_day(ScheduleReader& reader, std::string_view key) {
  const std::string_view text = reader.text(key);
  if (text.empty()) return std::nullopt;
  const auto midnight =
      text.size() == 10 ? parse_instant(std::string(text) + "T00:00:00Z") : std::nullopt;
  if (midnight)
    return LocalDay{std::chrono::floor<std::chrono::days>(midnight->time_since_epoch())};
  reader.refuse(not_allowed(fmt::format("{}:", key), reader.shown(key),
                            "YYYY-MM-DD of a day that exists, or empty"));
  return std::nullopt;
}

LocalTime at_clock(LocalDay day, ClockTime clock) {
  return day + std::chrono::hours{clock.hour} + std::chrono::minutes{clock.minute};
}

void decode_start(ScheduleReader& reader, Timing& timing) {
  const auto day = decode_day(reader, "startDate");
  const auto clock = decode_clock(reader, kStartKeys);
  if (!clock) return;
  timing.day_begin_hour = clock->hour;
  timing.day_begin_minute = clock->minute;
  if (day) timing.start = at_clock(*day, *clock);
}

// Without a date there is no expiration, whatever hour and minute say.
void decode_expiration(ScheduleReader& reader, Timing& timing) {
  const auto day = decode_day(reader, "expirationDate");
  if (!day) return;
  if (const auto clock = decode_clock(reader, kExpirationKeys)) {
    timing.expiration = at_clock(*day, *clock);
  }
}

Weekdays decode_days(ScheduleReader& reader) {
  Weekdays days{};
  const RawField* field = reader.find("selectedDays");
  if (field == nullptr) return days;
  const auto members = read_raw_object(field->kind == RawField::Kind::object ? field->text : "");
  if (!members) {
    reader.warn(fmt::format("selectedDays: {} is not an object of days: every day is taken",
                            show_field(*field)));
    return days;
  }
  for (std::size_t day = 0; day < days.size(); ++day) {
    const RawField* value = members->find(kDayNames[day]);
    if (value == nullptr) continue;
    days[day] = value->kind == RawField::Kind::boolean && value->text == "true";
    if (value->kind == RawField::Kind::boolean) continue;
    reader.warn(fmt::format("selectedDays: {} is {}, not true or false: treated as false",
                            kDayNames[day], show_field(*value)));
  }
  return days;
}

Overlap decode_overlap(ScheduleReader& reader) {
  const std::string_view text = reader.text("taskInteraction");
  if (text.empty()) return Overlap::wait;
  for (const Overlap overlap :
       {Overlap::wait, Overlap::interrupt, Overlap::skip, Overlap::background}) {
    if (text == to_string(overlap)) return overlap;
  }
  reader.warn(
      fmt::format("taskInteraction: {} is not one of wait, interrupt, skip, background: "
                  "treated as wait",
                  reader.shown("taskInteraction")));
  return Overlap::wait;
}

Duration decode_inactivity(ScheduleReader& reader) {
  constexpr std::int64_t kDefault = 1;
  const RawField* field = reader.find("inactivityDelay");
  if (field == nullptr || field->text.empty()) return std::chrono::minutes{kDefault};
  const auto count = decode_count(field);
  if (!count) {
    reader.warn(
        fmt::format("inactivityDelay: {} is not a number of minutes from 1 to {}: "
                    "treated as {}",
                    show_field(*field), kIntervalMax, kDefault));
  }
  return std::chrono::minutes{count.value_or(kDefault)};
}

// What a kind of schedule cannot be without, once everything has been read.
void check_kind(ScheduleReader& reader, const Schedule& schedule) {
  switch (schedule.timing.kind) {
    case ScheduleKind::interval:
    case ScheduleKind::manual: return;
    case ScheduleKind::cron:
      if (schedule.timing.cron) return;
      return reader.refuse(
          "loop.cron: missing; scheduleType \"cron\" needs an expression such as "
          "\"0 9 * * 1-5\"");
    case ScheduleKind::once:
      if (schedule.timing.start) return;
      return reader.refuse("startDate: missing; scheduleType \"once\" needs one, as YYYY-MM-DD");
    case ScheduleKind::completion:
      if (!schedule.loop.after.empty()) return;
      return reader.refuse(
          "loop.after: missing; scheduleType \"completion\" needs the ids of the "
          "schedules that it follows");
  }
}

void warn_of_blanks(ScheduleReader& reader, const Schedule& schedule) {
  const bool needs_mode = schedule.loop.workflow.empty();
  if (is_blank(schedule.name)) reader.warn("name: is blank");
  if (needs_mode && is_blank(schedule.mode.str())) reader.warn("mode: is blank");
  if (is_blank(schedule.task_instructions)) reader.warn("taskInstructions: is blank");
}

void decode_mirror(ScheduleReader& reader, ScheduleMirror& mirror) {
  mirror.last_execution = reader.time("lastExecutionTime");
  mirror.last_skipped = reader.time("lastSkippedTime");
  mirror.last_task_id = reader.text("lastTaskId");
  mirror.next_execution = reader.time("nextExecutionTime");
}

RawField::Kind raw_kind(JsonKind kind) {
  switch (kind) {
    case JsonKind::object: return RawField::Kind::object;
    case JsonKind::array: return RawField::Kind::array;
    case JsonKind::string: return RawField::Kind::string;
    case JsonKind::number: return RawField::Kind::number;
    case JsonKind::boolean: return RawField::Kind::boolean;
    case JsonKind::null: return RawField::Kind::null;
  }
  return RawField::Kind::null;
}

}  // namespace

RawObject RawObject::read(std::string_view text, const JsonTokens& tokens, std::uint32_t node) {
  constexpr std::size_t kUsualMembers = 24;
  RawObject object;
  if (tokens[node].kind != JsonKind::object) return object;
  object.members_.reserve(kUsualMembers);
  for (std::uint32_t member = node + 1; member < tokens[node].next; member = tokens[member].next) {
    const JsonNode& at = tokens[member];
    const std::string_view value = text.substr(at.begin, at.end - at.begin);
    const std::string_view key =
        object.string_of(text.substr(at.key_begin, at.key_end - at.key_begin));
    object.members_.emplace_back(
        key,
        RawField{raw_kind(at.kind), at.kind == JsonKind::string ? object.string_of(value) : value});
    if (key.find('_') != std::string_view::npos) object.has_underscore_ = true;
  }
  return object;
}

const RawField* RawObject::find(std::string_view key) const {
  const auto found = std::find_if(members_.rbegin(), members_.rend(),
                                  [&](const Member& member) { return member.first == key; });
  const bool is_there = found != members_.rend() && found->second.kind != RawField::Kind::null;
  return is_there ? &found->second : nullptr;
}

std::string_view RawObject::string_of(std::string_view token) {
  if (token.find('\\') == std::string_view::npos) return token.substr(1, token.size() - 2);
  return decoded_.emplace_back(decode_json_string(token));
}

Result<RawObject> read_raw_object(std::string_view json) {
  LOOP_TRY(const JsonTokens tokens, JsonTokens::scan(json));
  if (tokens[0].kind != JsonKind::object) {
    return Error(Errc::invalid_data,
                 fmt::format("a JSON object is expected, not {}", to_string(tokens[0].kind)));
  }
  return RawObject::read(json, tokens, 0);
}

Schedule decode_schedule(const RawObject& fields) {
  Schedule schedule;
  ScheduleReader reader(fields, schedule);
  schedule.id = ScheduleId(std::string(reader.text("id")));
  if (schedule.id.empty()) {
    reader.refuse(not_allowed("id:", reader.shown("id"), "a text that is not empty"));
  }
  schedule.name = reader.text("name");
  schedule.mode = ModeSlug(std::string(reader.text("mode")));
  schedule.task_instructions = reader.text("taskInstructions");
  schedule.active = reader.flag("active", true);
  schedule.require_activity = reader.flag("requireActivity", false);
  schedule.overlap = decode_overlap(reader);
  schedule.inactivity_delay = decode_inactivity(reader);
  schedule.timing.kind = decode_kind(reader);
  if (schedule.timing.kind == ScheduleKind::interval) {
    schedule.timing.interval = decode_interval(reader);
  }
  schedule.timing.days = decode_days(reader);
  decode_start(reader, schedule.timing);
  decode_expiration(reader, schedule.timing);
  if (const RawField* extension = reader.find("loop")) {
    decode_loop_options(*extension, reader, schedule);
  }
  decode_mirror(reader, schedule.mirror);
  schedule.created = reader.time("createdAt");
  schedule.updated = reader.time("updatedAt");
  check_kind(reader, schedule);
  warn_of_blanks(reader, schedule);
  return schedule;
}

Result<Schedule> parse_schedule(std::string_view json_object) {
  LOOP_TRY(const RawObject fields, read_raw_object(json_object));
  return decode_schedule(fields);
}

}  // namespace loop
