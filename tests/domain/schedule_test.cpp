// SPDX-License-Identifier: MIT
// Decoding a schedule: what is accepted, what is odd, what is invalid and why.
#include "loop/domain/schedule.h"

#include "support/catch.hpp"

#include <algorithm>

using namespace loop;

namespace {

Schedule decode(const std::string& members) {
  const std::string text = R"({"id": "1", "name": "n", "mode": "code", "taskInstructions": "t",
                               "timeInterval": "10", "timeUnit": "minute")" +
                           (members.empty() ? "" : ", " + members) + "}";
  auto schedule = parse_schedule(text);
  if (!schedule) FAIL(schedule.error().message());
  return *schedule;
}

std::string invalid(const std::string& members) { return decode(members).invalid.value_or(""); }

Schedule with_loop(const std::string& members) { return decode(R"("loop": {)" + members + "}"); }

std::string invalid_loop(const std::string& members) {
  return with_loop(members).invalid.value_or("");
}

bool warns(const Schedule& schedule, const std::string& part) {
  return std::any_of(schedule.warnings.begin(), schedule.warnings.end(),
                     [&](const std::string& text) { return text.find(part) != std::string::npos; });
}

}  // namespace

TEST_CASE("a schedule of Roo Scheduler is decoded with all of its fields") {
  const auto parsed = parse_schedule(R"({
    "id": "1761482303261", "name": "Main", "mode": "architect", "modeDisplayName": "Architect",
    "taskInstructions": "look", "scheduleType": "time", "timeInterval": "10", "timeUnit": "hour",
    "selectedDays": {"mon": true, "sun": false}, "startDate": "2025-11-03", "startHour": "09",
    "startMinute": "30", "expirationDate": "2025-12-01", "expirationHour": "",
    "expirationMinute": "", "requireActivity": true, "active": true, "taskInteraction": "skip",
    "inactivityDelay": "3", "lastExecutionTime": "2025-11-01T06:28:04.939Z",
    "lastSkippedTime": "", "lastTaskId": "t", "nextExecutionTime": "2025-11-01T06:38:00.000Z",
    "createdAt": "2025-10-01T00:00:00.000Z", "updatedAt": "2025-10-02T00:00:00.000Z"})");

  REQUIRE(parsed);
  const Schedule& schedule = *parsed;
  CHECK_FALSE(schedule.invalid);
  CHECK(schedule.warnings.empty());
  CHECK(schedule.id.str() == "1761482303261");
  CHECK(schedule.mode.str() == "architect");
  CHECK(schedule.timing.interval->count == 10);
  CHECK(schedule.timing.interval->unit == TimeUnit::hour);
  CHECK(schedule.timing.days == Weekdays{false, true});
  CHECK(schedule.timing.start->time_since_epoch() ==
        parse_instant("2025-11-03T09:30:00Z")->time_since_epoch());
  CHECK(schedule.timing.expiration->time_since_epoch() ==
        parse_instant("2025-12-01T23:59:00Z")->time_since_epoch());
  CHECK(schedule.require_activity);
  CHECK(schedule.overlap == Overlap::skip);
  CHECK(schedule.inactivity_delay == std::chrono::minutes{3});
  CHECK(schedule.mirror.last_execution == parse_instant("2025-11-01T06:28:04.939Z"));
  CHECK_FALSE(schedule.mirror.last_skipped);
  CHECK(schedule.mirror.last_task_id == "t");
  CHECK(schedule.mirror.next_execution);
  CHECK(schedule.created);
  CHECK(schedule.updated);
}

TEST_CASE("snake_case is read, and camelCase wins over it") {
  const auto schedule = parse_schedule(R"({
    "id": "1", "name": "n", "mode": "code", "task_instructions": "t", "schedule_type": "interval",
    "time_interval": 15, "time_unit": "minute", "timeInterval": "20", "start_date": null,
    "last_execution_time": "2025-10-27T18:58:07.929438Z", "task_interaction": "background"})");

  REQUIRE(schedule);
  CHECK_FALSE(schedule->invalid);
  CHECK(schedule->timing.kind == ScheduleKind::interval);
  CHECK(schedule->timing.interval->count == 20);
  CHECK_FALSE(schedule->timing.start);
  CHECK(schedule->overlap == Overlap::background);
  CHECK(format_instant(*schedule->mirror.last_execution) == "2025-10-27T18:58:07.929Z");
}

TEST_CASE("null is absent, so that the other spelling or the default counts") {
  CHECK(decode(R"("active": null)").active);
  CHECK(decode(R"("timeInterval": null, "time_interval": 7)").timing.interval->count == 7);
  CHECK_FALSE(decode(R"("loop": null)").invalid);
}

TEST_CASE("of a duplicate key the last one counts") {
  CHECK(decode(R"("timeInterval": "30")").timing.interval->count == 30);
}

TEST_CASE("an interval is a leading whole number, from a string or a number") {
  const auto count = [](const char* value) {
    const Schedule schedule = decode(std::string(R"("timeInterval": )") + value);
    return schedule.timing.interval ? schedule.timing.interval->count : 0;
  };

  CHECK(count("10") == 10);
  CHECK(count(R"("10")") == 10);
  CHECK(count(R"("10abc")") == 10);
  CHECK(count(R"(" +7")") == 7);
  CHECK(count(R"("1.5")") == 1);
  CHECK(count("1.9") == 1);
  CHECK(count("1e1") == 10);
  CHECK(count(R"("1")") == 1);
  CHECK(count("5256000") == 5'256'000);
}

TEST_CASE("an interval out of range or unreadable makes a schedule invalid") {
  for (const char* value : {"0", "-5", R"("-5")", R"("0")", R"("")", R"("x")", R"("-0")",
                            R"("+-5")", "5256001", "1e400", "0.9", "999999999999999999999",
                            R"("999999999999999999999")", "true", "[10]", "{}", R"("\u0000")"}) {
    INFO(value);
    const std::string reason = invalid(std::string(R"("timeInterval": )") + value);
    CHECK(reason.starts_with("interval: timeInterval "));
    CHECK(reason.find("allowed: a whole number from 1 to 5256000") != std::string::npos);
  }
  CHECK(invalid(R"("timeUnit": "week")") ==
        "interval: timeUnit \"week\" is not allowed; allowed: minute, hour, day");
  CHECK(invalid(R"("timeUnit": null)") ==
        "interval: timeUnit missing is not allowed; allowed: minute, hour, day");
}

TEST_CASE("only a strict false makes a schedule inactive") {
  CHECK_FALSE(decode(R"("active": false)").active);
  for (const char* value : {"true", "null", R"("false")", "0"}) {
    INFO(value);
    CHECK(decode(std::string(R"("active": )") + value).active);
  }
  CHECK(warns(decode(R"("active": "false")"), "active: \"false\" is not true or false"));
}

TEST_CASE("dates must exist, hours end at 23 and minutes at 59") {
  CHECK(invalid(R"("startDate": "2024-02-29")").empty());
  CHECK(invalid(R"("startDate": "2025-02-29")").starts_with("startDate: \"2025-02-29\""));
  CHECK(invalid(R"("startDate": "2025-2-9")").starts_with("startDate: "));
  CHECK(invalid(R"("startDate": "0000-01-01")").starts_with("startDate: "));
  CHECK(invalid(R"("startDate": "2025-11-03T00:00")").starts_with("startDate: "));
  CHECK(invalid(R"("expirationDate": "2025-11-31")").starts_with("expirationDate: "));
  CHECK(invalid(R"("startHour": "23", "startMinute": "59")").empty());
  CHECK(invalid(R"("startHour": "24")").starts_with("start time: startHour \"24\""));
  CHECK(invalid(R"("startMinute": "60")").starts_with("start time: startMinute \"60\""));
  CHECK(invalid(R"("startHour": "-1")").starts_with("start time: "));
  CHECK(invalid(R"("startHour": "009")").starts_with("start time: "));
  CHECK(invalid(R"("startHour": 9)").empty());
  CHECK(invalid(R"("expirationDate": "2025-11-30", "expirationHour": "24")")
            .starts_with("expiration time: "));
  // Without a date there is no expiration, whatever the rest says.
  CHECK(invalid(R"("expirationDate": "", "expirationHour": "99")").empty());
}

TEST_CASE("an unknown taskInteraction is wait, with a warning") {
  const Schedule schedule = decode(R"("taskInteraction": "queue")");

  CHECK(schedule.overlap == Overlap::wait);
  CHECK_FALSE(schedule.invalid);
  CHECK(warns(schedule, "taskInteraction: \"queue\""));
}

TEST_CASE("kinds need what makes them due") {
  CHECK(invalid(R"("scheduleType": "weekly")") ==
        "scheduleType: \"weekly\" is not allowed; allowed: time, cron, once, manual, completion");
  CHECK(invalid(R"("scheduleType": "manual")").empty());
  CHECK(invalid(R"("scheduleType": "cron")").starts_with("loop.cron: missing"));
  CHECK(invalid(R"("scheduleType": "once")").starts_with("startDate: missing"));
  CHECK(invalid(R"("scheduleType": "completion")").starts_with("loop.after: missing"));
  CHECK(invalid(R"("scheduleType": "completion", "loop": {"after": ["2"]})").empty());
  CHECK(invalid(R"("scheduleType": "cron", "loop": {"cron": "@daily"})").empty());
  // An interval is no matter of these kinds.
  CHECK(invalid(R"("scheduleType": "manual", "timeInterval": "x")").empty());
}

TEST_CASE("a schedule without an id is invalid; other blanks are warnings") {
  const auto nameless = parse_schedule(R"({"timeInterval": "1", "timeUnit": "day"})");

  REQUIRE(nameless);
  CHECK(nameless->invalid == "id: missing is not allowed; allowed: a text that is not empty");
  CHECK(warns(*nameless, "name: is blank"));
  CHECK(warns(*nameless, "mode: is blank"));
  CHECK(warns(*nameless, "taskInstructions: is blank"));
  CHECK(parse_schedule(R"({"id": ""})")->invalid->starts_with("id: "));
}

TEST_CASE("odd values are warned of by field and value") {
  CHECK(warns(decode(R"("inactivityDelay": "soon")"), "inactivityDelay: \"soon\""));
  CHECK(decode(R"("inactivityDelay": "soon")").inactivity_delay == std::chrono::minutes{1});
  CHECK(warns(decode(R"("lastExecutionTime": "yesterday")"), "lastExecutionTime: \"yesterday\""));
  CHECK(warns(decode(R"("selectedDays": ["mon"])"), "selectedDays: [\"mon\"]"));
  CHECK(warns(decode(R"("selectedDays": {"mon": 1})"), "selectedDays: mon is 1"));
  CHECK(warns(decode(R"("name": {"a": 1})"), "name: {\"a\": 1} is not a text"));
  CHECK(decode(R"("selectedDays": {"mon": true, "holiday": true})").warnings.empty());
}

TEST_CASE("the object loop is decoded with all of its keys") {
  const Schedule schedule = with_loop(R"(
    "timezone": "Europe/Warsaw", "catchup": "all", "catchupWindow": "36h", "retries": 4,
    "timeoutSeconds": 90, "idleTimeoutSeconds": "5m", "agent": "claude", "model": "m",
    "env": {"A_1": "x", "B": ""}, "cwd": "./src//lib", "after": ["2", "3"], "maxRuns": 5,
    "onEscalate": "continue", "onAbandon": "retry", "note": "why", "paused": true,
    "sandbox": "offline", "workflow": ["implementation", "QUALITY"])");
  const LoopOptions& loop = schedule.loop;

  CHECK_FALSE(schedule.invalid);
  CHECK(schedule.warnings.empty());
  CHECK(schedule.timing.timezone == "Europe/Warsaw");
  CHECK(loop.catchup == CatchUp::all);
  CHECK(loop.catchup_window == std::chrono::hours{36});
  CHECK(loop.attempts_max == 5);
  CHECK(loop.timeout == std::chrono::seconds{90});
  CHECK(loop.idle_timeout == std::chrono::minutes{5});
  CHECK(loop.agent == "claude");
  CHECK(loop.model == "m");
  CHECK(loop.env == std::map<std::string, std::string>{{"A_1", "x"}, {"B", ""}});
  CHECK(loop.cwd == "src/lib");
  CHECK(loop.after == std::vector<ScheduleId>{ScheduleId("2"), ScheduleId("3")});
  CHECK(loop.max_runs == 5);
  CHECK(loop.on_escalate == OnEscalate::resume);
  CHECK(loop.on_abandon == OnAbandon::retry);
  CHECK(loop.sandbox == SandboxProfile::offline);
  CHECK(loop.note == "why");
  CHECK(loop.paused);
  CHECK(loop.workflow == std::vector<std::string>{"Implementation", "Quality"});
}

TEST_CASE("workflow true is all five stages, and false or an empty list is none") {
  CHECK(with_loop(R"("workflow": true)").loop.workflow.size() == 5);
  CHECK(with_loop(R"("workflow": false)").loop.workflow.empty());
  CHECK(with_loop(R"("workflow": [])").loop.workflow.empty());
}

TEST_CASE("a bad value inside loop makes a schedule invalid by key, value and what is allowed") {
  CHECK(invalid_loop(R"("catchup": "some")") ==
        "loop.catchup: \"some\" is not allowed; allowed: one, none, all");
  CHECK(invalid_loop(R"("onEscalate": "resume")") ==
        "loop.onEscalate: \"resume\" is not allowed; allowed: cooldown, pause, continue");
  CHECK(invalid_loop(R"("onAbandon": true)") ==
        "loop.onAbandon: true is not allowed; allowed: report, retry");
  CHECK(invalid_loop(R"("retries": 10)") ==
        "loop.retries: 10 is not allowed; allowed: a whole number from 0 to 9");
  CHECK(invalid_loop(R"("sandbox": "off")") ==
        "loop.sandbox: \"off\" is not allowed; allowed: none, workspace, offline");
  const char* const bad[] = {R"("timezone": "Mars/Base")",
                             R"("timezone": 1)",
                             R"("cron": "61 * * * *")",
                             R"("catchupWindow": "-1h")",
                             R"("catchupWindow": 1.5)",
                             R"("catchupWindow": "3651d")",
                             R"("retries": -1)",
                             R"("retries": "2x")",
                             R"("retries": 1e400)",
                             R"("timeoutSeconds": 0)",
                             R"("timeoutSeconds": "8d")",
                             R"("idleTimeoutSeconds": {})",
                             R"("agent": 5)",
                             R"("model": "a\u0000b")",
                             R"("env": ["A=1"])",
                             R"("env": {"A": 1})",
                             R"("env": {"A=B": "x"})",
                             R"("env": {"": "x"})",
                             R"("env": {"1A": "x"})",
                             R"("env": {"A": "\u0000"})",
                             R"("cwd": "../x")",
                             R"("cwd": "/tmp")",
                             R"("after": "2")",
                             R"("after": [2])",
                             R"("after": [""])",
                             R"("after": ["1"])",
                             R"("maxRuns": 0)",
                             R"("maxRuns": 1000001)",
                             R"("paused": "yes")",
                             R"("workflow": "all")",
                             R"("workflow": ["Design"])",
                             R"("workflow": ["Quality", "Implementation"])",
                             R"("note": [])"};
  for (const char* members : bad) {
    INFO(members);
    const std::string reason = invalid_loop(members);
    CHECK(reason.starts_with("loop."));
    CHECK(reason.size() < 500);
  }
  for (const char* value : {"[]", "5", R"("x")", "true"}) {
    CHECK(invalid(std::string(R"("loop": )") + value).starts_with("loop: "));
  }
}

TEST_CASE("limits inside loop are inclusive") {
  for (const char* members :
       {R"("retries": 0)", R"("retries": 9)", R"("retries": "3")", R"("timeoutSeconds": 1)",
        R"("timeoutSeconds": 604800)", R"("catchupWindow": 0)", R"("catchupWindow": "3650d")",
        R"("maxRuns": 1)", R"("maxRuns": 1000000)", R"("cwd": ".")"}) {
    INFO(members);
    CHECK(invalid_loop(members).empty());
  }
}

TEST_CASE("an unknown key inside loop is warned of with the nearest known one") {
  const Schedule schedule = with_loop(R"("catchUpWindow": "1h", "zzz": 1e400)");

  CHECK_FALSE(schedule.invalid);
  CHECK(warns(schedule,
              "\"catchUpWindow\" is no known key and has no effect (did you mean "
              "\"catchupWindow\"?)"));
  CHECK(warns(schedule, "\"zzz\" is no known key and has no effect"));
}

TEST_CASE("loop.cron has no effect on an interval, and says so") {
  const Schedule schedule = with_loop(R"("cron": "@daily")");

  CHECK_FALSE(schedule.timing.cron);
  CHECK(warns(schedule, "loop.cron: has no effect with scheduleType \"time\""));
}

TEST_CASE("lone surrogates and numbers of any size are no reason to refuse a schedule") {
  const Schedule schedule = decode(
      R"("x": 1e400, "y": 12345678901234567890123, "loop": {"note": "\ud83d!", "x": 1e999})");

  CHECK_FALSE(schedule.invalid);
  CHECK(schedule.loop.note == "\xef\xbf\xbd!");
}

TEST_CASE("what is no JSON object is an error") {
  for (const char* text : {"", "[]", "5", "{", R"({"id": })", "null"}) {
    INFO(text);
    const auto schedule = parse_schedule(text);
    REQUIRE_FALSE(schedule);
    CHECK(schedule.error().code() == Errc::invalid_data);
  }
}

TEST_CASE("hostile values are refused or kept, in messages of modest size") {
  const std::string megabyte(1 << 20, 'x');
  std::string deep = "1";
  for (int depth = 0; depth < 60; ++depth) deep = "[" + deep + "]";
  const std::string values[] = {"\"" + megabyte + "\"",  deep,          "-0",
                                "999999999999999999999", R"("\u0000")", R"("-0")"};
  const char* const keys[] = {"id",
                              "name",
                              "mode",
                              "scheduleType",
                              "timeInterval",
                              "timeUnit",
                              "selectedDays",
                              "startDate",
                              "startHour",
                              "expirationDate",
                              "active",
                              "taskInteraction",
                              "inactivityDelay",
                              "lastExecutionTime",
                              "loop"};
  for (const std::string& value : values) {
    for (const char* key : keys) {
      const Schedule schedule = decode("\"" + std::string(key) + "\": " + value);
      INFO(key << " " << value.substr(0, 40));
      CHECK(schedule.invalid.value_or("").size() < 600);
      for (const std::string& warning : schedule.warnings) CHECK(warning.size() < 600);
    }
  }
  for (const char* key : {"timezone", "cron", "catchup", "retries", "timeoutSeconds", "agent",
                          "env", "cwd", "after", "maxRuns", "note", "workflow", "zzz"}) {
    for (const std::string& value : values) {
      const Schedule schedule = with_loop("\"" + std::string(key) + "\": " + value);
      CHECK(schedule.invalid.value_or("").size() < 600);
    }
  }
}
