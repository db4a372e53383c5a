// SPDX-License-Identifier: MIT
// Decoding a schedule.
#include "loop/domain/schedule.h"

#include <fmt/format.h>

#include <algorithm>

#include "domain/schedule_codec.hpp"
#include "domain/schedule_reader.hpp"
#include "loop/base/text.h"

namespace loop {

namespace {

constexpr std::int64_t kIntervalMax = 5'256'000;  // ten years of minutes
constexpr std::array<std::string_view, 7> kDayNames{"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

std::string shown(std::string_view text) {
  return fmt::format("\"{}\"", ellipsize(to_single_line(to_valid_utf8(text)), 60));
}

ScheduleKind decode_kind(ScheduleReader& reader) {
  const std::string type = reader.text("scheduleType");
  // The original's own writer said "interval" where Roo Scheduler says "time".
  if (type.empty() || type == "time" || type == "interval") return ScheduleKind::interval;
  for (const ScheduleKind kind :
       {ScheduleKind::cron, ScheduleKind::once, ScheduleKind::manual, ScheduleKind::completion}) {
    if (type == to_string(kind)) return kind;
  }
  reader.refuse(fmt::format("scheduleType: {} is not one of time, cron, once, manual, completion", shown(type)));
  return ScheduleKind::manual;
}

std::optional<Interval> decode_interval(ScheduleReader& reader) {
  const std::string count_text = reader.text("timeInterval");
  const std::string unit_text = reader.text("timeUnit");
  const auto count = leading_integer(count_text);
  Interval interval;
  if (!count || *count < 1 || *count > kIntervalMax) {
    reader.refuse(fmt::format("interval: timeInterval {} is not a whole number from 1 to {}",
                              shown(count_text), kIntervalMax));
    return std::nullopt;
  }
  interval.count = *count;
  for (const TimeUnit unit : {TimeUnit::minute, TimeUnit::hour, TimeUnit::day}) {
    if (unit_text != to_string(unit)) continue;
    interval.unit = unit;
    return interval;
  }
  reader.refuse(fmt::format("interval: timeUnit {} is not one of minute, hour, day", shown(unit_text)));
  return std::nullopt;
}

// Digits only, at most two: "" gives the fallback, anything out of range nothing.
std::optional<int> decode_clock_part(std::string_view text, int max, int fallback) {
  if (text.empty()) return fallback;
  if (text.size() > 2 || !std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; })) {
    return std::nullopt;
  }
  const auto value = leading_integer(text);
  if (!value || *value > max) return std::nullopt;
  return static_cast<int>(*value);
}

std::optional<LocalTime> local_day(std::string_view text) {
  if (text.size() != 10) return std::nullopt;
  const auto midnight = parse_instant(std::string(text) + "T00:00:00Z");
  if (!midnight) return std::nullopt;
  return LocalTime{midnight->time_since_epoch()};
}

struct DateKeys {
  std::string_view date, hour, minute, time_name;
  int hour_default, minute_default;
};

// The date with its hour and minute; nothing without a date. Hour and minute are checked anyway.
std::optional<LocalTime> decode_date(ScheduleReader& reader, const DateKeys& keys, int& hour, int& minute) {
  const std::string hour_text = reader.text(keys.hour);
  const std::string minute_text = reader.text(keys.minute);
  const auto hours = decode_clock_part(hour_text, 23, keys.hour_default);
  const auto minutes = decode_clock_part(minute_text, 59, keys.minute_default);
  if (!hours || !minutes) {
    reader.refuse(fmt::format("{}: {} {}, {} {} is not a time from 00:00 to 23:59", keys.time_name, keys.hour,
                              shown(hour_text), keys.minute, shown(minute_text)));
    return std::nullopt;
  }
  hour = *hours;
  minute = *minutes;
  const std::string date_text = reader.text(keys.date);
  if (date_text.empty()) return std::nullopt;
  const auto day = local_day(date_text);
  if (!day) {
    reader.refuse(fmt::format("{}: {} is not a date that exists, written YYYY-MM-DD", keys.date,
                              shown(date_text)));
    return std::nullopt;
  }
  return *day + std::chrono::hours{hour} + std::chrono::minutes{minute};
}

Weekdays decode_days(ScheduleReader& reader) {
  Weekdays days{};
  const RawField* field = reader.find("selectedDays");
  if (field == nullptr) return days;
  const auto object = read_raw_object(field->text);
  if (!object) {
    reader.warn("selectedDays is not an object of true and false: every day is taken");
    return days;
  }
  for (const auto& [name, value] : *object) {
    const auto day = std::find(kDayNames.begin(), kDayNames.end(), name);
    if (day == kDayNames.end()) continue;  // foreign keys are kept and mean nothing
    days[static_cast<std::size_t>(day - kDayNames.begin())] = value.text == "true";
  }
  return days;
}

Overlap decode_overlap(ScheduleReader& reader) {
  const std::string text = reader.text("taskInteraction");
  if (text.empty()) return Overlap::wait;
  for (const Overlap overlap : {Overlap::wait, Overlap::interrupt, Overlap::skip, Overlap::background}) {
    if (text == to_string(overlap)) return overlap;
  }
  reader.warn(fmt::format("taskInteraction {} is not one of wait, interrupt, skip, background: treated as wait",
                          shown(text)));
  return Overlap::wait;
}

void decode_timing(ScheduleReader& reader, Schedule& schedule) {
  Timing& timing = schedule.timing;
  timing.kind = decode_kind(reader);
  if (timing.kind == ScheduleKind::interval) timing.interval = decode_interval(reader);
  timing.days = decode_days(reader);
  static constexpr DateKeys kStart{"startDate", "startHour", "startMinute", "start time", 0, 0};
  timing.start = decode_date(reader, kStart, timing.day_begin_hour, timing.day_begin_minute);
  static constexpr DateKeys kEnd{"expirationDate", "expirationHour", "expirationMinute", "expiration time", 23, 59};
  int hour = 0;
  int minute = 0;
  timing.expiration = decode_date(reader, kEnd, hour, minute);
  if (timing.kind == ScheduleKind::once && !timing.start) {
    reader.refuse("startDate: a schedule of type once needs one, written YYYY-MM-DD");
  }
}

void decode_inactivity(ScheduleReader& reader, Schedule& schedule) {
  const std::string text = reader.text("inactivityDelay");
  if (text.empty()) return;
  const auto minutes = leading_integer(text);
  if (minutes && *minutes >= 1 && *minutes <= kIntervalMax) {
    schedule.inactivity_delay = std::chrono::minutes{*minutes};
    return;
  }
  reader.warn(fmt::format("inactivityDelay {} is not a number of minutes from 1 on: 1 is taken", shown(text)));
}

}  // namespace

Schedule decode_schedule(const RawObject& fields) {
  Schedule schedule;
  ScheduleReader reader(fields, schedule);
  schedule.id = ScheduleId(reader.text("id"));
  if (schedule.id.empty()) reader.refuse("id: is missing or empty");
  schedule.name = reader.text("name");
  schedule.mode = ModeSlug(reader.text("mode"));
  schedule.task_instructions = reader.text("taskInstructions");
  schedule.active = reader.flag("active", true);
  schedule.require_activity = reader.flag("requireActivity", false);
  schedule.overlap = decode_overlap(reader);
  decode_inactivity(reader, schedule);
  decode_timing(reader, schedule);
  if (const RawField* extension = reader.find("loop")) {
    decode_loop_options(extension->kind == RawField::Kind::object ? extension->text : "", reader, schedule);
  }
  if (schedule.timing.kind == ScheduleKind::cron && !schedule.timing.cron) {
    reader.refuse("loop.cron: a schedule of type cron needs an expression");
  }
  if (schedule.timing.kind == ScheduleKind::completion && schedule.loop.after.empty()) {
    reader.refuse("loop.after: a schedule of type completion needs the ids of others");
  }
  schedule.mirror.last_execution = reader.time("lastExecutionTime");
  schedule.mirror.last_skipped = reader.time("lastSkippedTime");
  schedule.mirror.last_task_id = reader.text("lastTaskId");
  schedule.mirror.next_execution = reader.time("nextExecutionTime");
  schedule.created = reader.time("createdAt");
  schedule.updated = reader.time("updatedAt");
  if (is_blank(schedule.name)) reader.warn("name is empty");
  if (is_blank(schedule.mode.str()) && schedule.loop.workflow.empty()) reader.warn("mode is empty");
  if (is_blank(schedule.task_instructions)) reader.warn("taskInstructions is empty");
  return schedule;
}

Result<Schedule> parse_schedule(std::string_view text) {
  LOOP_TRY(const RawObject fields, read_raw_object(text));
  return decode_schedule(fields);
}

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

}  // namespace loop
