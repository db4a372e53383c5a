// SPDX-License-Identifier: MIT
// The table itself.
#include "loop/domain/schedule_fields.h"

#include "domain/schedule_book_keys.hpp"

#include <algorithm>

namespace loop {

namespace {

using enum FieldType;

constexpr std::int64_t kIntervalMax = 1'000'000;
constexpr std::int64_t kDelayMinutesMax = 100'000;
constexpr std::int64_t kTimeoutSecondsMax = 7 * 24 * 3600;
constexpr std::int64_t kRunsMax = 1'000'000;
constexpr std::string_view kHour = "00 to 23, or empty";
constexpr std::string_view kMinute = "00 to 59, or empty";
constexpr std::string_view kDate = "YYYY-MM-DD, or empty";

// clang-format off
constexpr ScheduleFieldInfo kFields[] = {
    {.key = "name", .option = "name", .type = line, .allowed = "a name that is not blank",
     .meaning = "What people call the schedule", .is_required = true},
    {.key = "mode", .option = "mode", .type = slug, .allowed = "letters, digits and hyphens",
     .default_value = "code", .meaning = "Slug of the mode that does the work", .is_required = true},
    {.key = "modeDisplayName", .option = "mode-name", .type = line, .allowed = "any text",
     .meaning = "Name of the mode, for display only"},
    {.key = "taskInstructions", .option = "task", .type = text, .allowed = "a text that is not blank",
     .meaning = "What the agent is asked to do", .is_required = true},
    {.key = "scheduleType", .option = "type", .type = choice,
     .allowed = "time, cron, once, manual, completion", .default_value = "time",
     .meaning = "What makes it due: an interval, loop.cron, one start, a trigger, or loop.after",
     .is_required = true},
    {.key = "timeInterval", .option = "interval", .type = count, .allowed = "1 to 1000000",
     .default_value = "10", .meaning = "Length of the interval, in units",
     .min = 1, .max = kIntervalMax},
    {.key = "timeUnit", .option = "unit", .type = choice, .allowed = "minute, hour, day",
     .default_value = "minute", .meaning = "Unit of the interval"},
    {.key = "selectedDays", .option = "days", .type = days,
     .allowed = "sun, mon, tue, wed, thu, fri, sat separated by commas, or all, weekdays, weekend",
     .default_value = "all", .meaning = "Days on which it may be due"},
    {.key = "startDate", .option = "start-date", .type = date, .allowed = kDate,
     .meaning = "First day; anchors the interval to it. Empty: counted from the last run"},
    {.key = "startHour", .option = "start-hour", .type = two_digits, .allowed = kHour,
     .default_value = "00", .meaning = "Hour of the start, and at which a selected day begins",
     .min = 0, .max = 23},
    {.key = "startMinute", .option = "start-minute", .type = two_digits, .allowed = kMinute,
     .default_value = "00", .meaning = "Minute of the start", .min = 0, .max = 59},
    {.key = "expirationDate", .option = "expiration-date", .type = date, .allowed = kDate,
     .meaning = "Last day. Empty: it never expires"},
    {.key = "expirationHour", .option = "expiration-hour", .type = two_digits, .allowed = kHour,
     .default_value = "23", .meaning = "Hour of the expiration", .min = 0, .max = 23},
    {.key = "expirationMinute", .option = "expiration-minute", .type = two_digits,
     .allowed = kMinute, .default_value = "59", .meaning = "Minute of the expiration",
     .min = 0, .max = 59},
    {.key = "requireActivity", .option = "require-activity", .type = flag,
     .allowed = "true, false", .default_value = "false",
     .meaning = "Skip a slot when nothing else ran since the last one"},
    {.key = "active", .option = "active", .type = flag, .allowed = "true, false",
     .default_value = "true", .meaning = "Whether it runs at all"},
    {.key = "taskInteraction", .option = "overlap", .type = choice,
     .allowed = "wait, interrupt, skip, background", .default_value = "wait",
     .meaning = "What to do when the workspace is busy at a slot"},
    {.key = "inactivityDelay", .option = "inactivity-delay", .type = count,
     .allowed = "1 to 100000", .default_value = "1",
     .meaning = "Minutes without output after which a waiting schedule takes over",
     .min = 1, .max = kDelayMinutesMax},
    {.key = "loop.timezone", .option = "timezone", .type = zone,
     .allowed = "an IANA name such as Europe/Warsaw", .meaning = "Zone of all its local times"},
    {.key = "loop.cron", .option = "cron", .type = cron,
     .allowed = "five or six fields, @daily and the like, @every 90s",
     .meaning = "When it is due, for the type cron"},
    {.key = "loop.catchup", .option = "catchup", .type = choice, .allowed = "one, none, all",
     .default_value = "one", .meaning = "Which missed slots are made up for"},
    {.key = "loop.catchupWindow", .option = "catchup-window", .type = duration,
     .allowed = "a duration such as 90s, 30m, 24h, 7d", .default_value = "24h",
     .meaning = "How old a missed slot may be"},
    {.key = "loop.retries", .option = "retries", .type = count, .allowed = "0 to 9",
     .default_value = "2", .meaning = "Further attempts after a failed one", .min = 0, .max = 9},
    {.key = "loop.timeoutSeconds", .option = "timeout", .type = seconds,
     .allowed = "1 second to 7 days", .default_value = "3600",
     .meaning = "Longest duration of a run", .min = 1, .max = kTimeoutSecondsMax},
    {.key = "loop.idleTimeoutSeconds", .option = "idle-timeout", .type = seconds,
     .allowed = "1 second to 7 days", .meaning = "Longest time without output",
     .min = 1, .max = kTimeoutSecondsMax},
    {.key = "loop.agent", .option = "agent", .type = line, .allowed = "a name from the configuration",
     .meaning = "Agent that runs it, instead of the default one"},
    {.key = "loop.model", .option = "model", .type = line, .allowed = "any text",
     .meaning = "Model that the agent is asked to use"},
    {.key = "loop.env", .option = "env", .type = variables, .allowed = "NAME=VALUE, one a line",
     .meaning = "Environment variables of the agent"},
    {.key = "loop.cwd", .option = "cwd", .type = path, .allowed = "a directory inside the workspace",
     .meaning = "Where the agent is started, instead of the root"},
    {.key = "loop.after", .option = "after", .type = words, .allowed = "ids separated by commas",
     .meaning = "Schedules that must have succeeded, for the type completion"},
    {.key = "loop.maxRuns", .option = "max-runs", .type = count, .allowed = "1 to 1000000",
     .meaning = "Runs after which it becomes inactive", .min = 1, .max = kRunsMax},
    {.key = "loop.onEscalate", .option = "on-escalate", .type = choice,
     .allowed = "cooldown, pause, continue", .default_value = "cooldown",
     .meaning = "What happens after too many failures in a row"},
    {.key = "loop.onAbandon", .option = "on-abandon", .type = choice, .allowed = "report, retry",
     .default_value = "report", .meaning = "What happens when runner and agent of a run died"},
    {.key = "loop.sandbox", .option = "sandbox", .type = choice, .allowed = "none, workspace, offline",
     .meaning = "Least sandbox of its agent; the configuration's stays when that is stricter"},
    {.key = "loop.note", .option = "note", .type = text, .allowed = "any text",
     .meaning = "A note for people"},
    {.key = "loop.paused", .option = "paused", .type = flag, .allowed = "true, false",
     .default_value = "false", .meaning = "Held until it is resumed"},
    {.key = "loop.workflow", .option = "workflow", .type = stages,
     .allowed = "Implementation, Validation, Quality, Integration, Planning",
     .meaning = "Stages that its runs go through in turn"},
};
// clang-format on

}  // namespace

std::string_view to_string(FieldType type) noexcept {
  switch (type) {
    case text: return "text";
    case line: return "line of text";
    case slug: return "mode slug";
    case choice: return "choice";
    case flag: return "flag";
    case count: return "whole number";
    case two_digits: return "two digits";
    case date: return "date";
    case days: return "days";
    case duration: return "duration";
    case seconds: return "duration in seconds";
    case zone: return "time zone";
    case cron: return "cron expression";
    case path: return "directory";
    case words: return "list";
    case stages: return "list of stages";
    case variables: return "environment variables";
  }
  return "text";
}

std::span<const ScheduleFieldInfo> schedule_fields() { return kFields; }

const ScheduleFieldInfo* find_schedule_field(std::string_view key) {
  const auto found = std::ranges::find_if(kFields, [&](const ScheduleFieldInfo& field) {
    return field.key == key || to_snake_case(field.key) == key;
  });
  return found == std::end(kFields) ? nullptr : &*found;
}

}  // namespace loop
