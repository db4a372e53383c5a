// SPDX-License-Identifier: MIT
// Slots: the rules of docs/scheduling.md by example.
#include "loop/domain/slots.h"

#include "support/catch.hpp"

#include <string>
#include <vector>

using namespace loop;

namespace {

using Texts = std::vector<std::string>;

Instant at(const std::string& text) { return parse_instant(text).value(); }

// A schedule with these members beside what every one of them has.
Schedule schedule_with(const std::string& members) {
  const std::string text = R"({"id": "1", "name": "n", "mode": "code", "taskInstructions": "t")" +
                           (members.empty() ? "" : ", " + members) + "}";
  auto schedule = parse_schedule(text);
  REQUIRE(schedule);
  return *schedule;
}

const std::string kTenMinutes = R"("timeInterval": "10", "timeUnit": "minute")";
const std::string kMonToFri = R"("selectedDays": {"mon": true, "tue": true, "wed": true,
                                                  "thu": true, "fri": true})";

Texts next(const std::string& members, const std::string& now, std::size_t count = 1,
           const char* zone = "Etc/UTC") {
  const auto answer = forecast(schedule_with(members), *Zone::find(zone), at(now), count);
  Texts texts;
  for (const Instant slot : answer.next) texts.push_back(format_instant(slot).substr(0, 16));
  return texts;
}

}  // namespace

TEST_CASE("un-anchored slots count from the last start, on whole minutes") {
  const std::string members = kTenMinutes + R"(, "lastExecutionTime": "2025-11-01T06:28:04.939Z")";

  CHECK(next(members, "2025-11-01T06:28:04.939Z") == Texts{"2025-11-01T06:38"});
  CHECK(next(members, "2025-11-01T06:37:59.999Z") == Texts{"2025-11-01T06:38"});
  CHECK(next(members, "2025-11-01T06:38:00.000Z") == Texts{"2025-11-01T06:48"});
  CHECK(next(members, "2025-11-01T08:08:04.000Z", 2) ==
        Texts{"2025-11-01T08:18", "2025-11-01T08:28"});
}

TEST_CASE("a schedule that never ran counts from this local hour at startMinute") {
  CHECK(next(kTenMinutes, "2025-11-01T10:00:00.000Z", 2) ==
        Texts{"2025-11-01T10:10", "2025-11-01T10:20"});
  CHECK(next(R"("timeInterval": "7", "timeUnit": "hour")", "2025-11-01T10:07:00Z") ==
        Texts{"2025-11-01T17:00"});
  CHECK(next(R"("timeInterval": "7", "timeUnit": "hour")", "2025-11-01T23:30:00Z", 1,
             "Europe/Warsaw") == Texts{"2025-11-02T06:00"});
  // Before startMinute of the hour, too.
  CHECK(next(kTenMinutes + R"(, "startMinute": "45")", "2025-11-01T10:07:00Z") ==
        Texts{"2025-11-01T10:15"});
  // A zone that is half an hour off.
  CHECK(next(R"("timeInterval": "1", "timeUnit": "hour")", "2025-11-01T10:07:00Z", 1,
             "Asia/Kolkata") == Texts{"2025-11-01T10:30"});
}

TEST_CASE("a skip is the reference where skipping is the policy") {
  const std::string stamps = R"(, "lastExecutionTime": "2025-11-01T06:28:04.939Z",
                                  "lastSkippedTime": "2025-11-01T06:49:00.983Z")";

  CHECK(next(kTenMinutes + stamps + R"(, "taskInteraction": "skip")", "2025-11-01T06:49:30Z") ==
        Texts{"2025-11-01T06:59"});
  CHECK(next(kTenMinutes + stamps, "2025-11-01T06:49:30Z") == Texts{"2025-11-01T06:58"});
}

TEST_CASE("a reference more than an interval ahead is replaced by now") {
  const Schedule schedule = schedule_with(kTenMinutes);
  const Zone zone = Zone::utc();
  const Instant now = at("2025-11-06T00:00:30.000Z");
  const auto sequence = [&](Duration ahead) {
    return SlotSequence(schedule.timing, zone, {now + ahead, std::nullopt, now}, now);
  };

  CHECK_FALSE(sequence(std::chrono::minutes{10} - Duration{1}).reference_replaced());
  CHECK_FALSE(sequence(std::chrono::minutes{10}).reference_replaced());
  CHECK(sequence(std::chrono::minutes{10} + Duration{1}).reference_replaced());
  CHECK(sequence(std::chrono::hours{2}).next_after(now) == at("2025-11-06T00:10:00.000Z"));
  CHECK(sequence(std::chrono::minutes{5}).next_after(now) == at("2025-11-06T00:15:00.000Z"));
}

TEST_CASE("anchored minutes and hours count elapsed time over a change of the clock") {
  CHECK(next(R"("timeInterval": "6", "timeUnit": "hour", "startDate": "2025-03-29",
                "startHour": "09")",
             "2025-03-30T00:00:00Z", 1, "Europe/Warsaw") == Texts{"2025-03-30T02:00"});
  CHECK(next(kTenMinutes + R"(, "startDate": "2025-03-30", "startHour": "02",
                               "startMinute": "30")",
             "2025-03-29T12:00:00Z", 2,
             "Europe/Warsaw") == Texts{"2025-03-30T01:30", "2025-03-30T01:40"});
}

TEST_CASE("anchored days keep their wall time over a change of the clock") {
  const std::string daily = R"("timeInterval": "1", "timeUnit": "day", "startDate": "2025-03-01")";

  CHECK(next(daily + R"(, "startHour": "09")", "2025-03-28T12:00:00Z", 3, "Europe/Warsaw") ==
        Texts{"2025-03-29T08:00", "2025-03-30T07:00", "2025-03-31T07:00"});
  // In a gap an hour later; in an overlap once.
  CHECK(next(daily + R"(, "startHour": "02", "startMinute": "30")", "2025-03-29T12:00:00Z", 2,
             "Europe/Warsaw") == Texts{"2025-03-30T01:30", "2025-03-31T00:30"});
  CHECK(next(daily + R"(, "startHour": "02", "startMinute": "30")", "2025-10-25T12:00:00Z", 2,
             "Europe/Warsaw") == Texts{"2025-10-26T00:30", "2025-10-27T01:30"});
  // The day that Apia skipped falls together with the next one.
  CHECK(next(R"("timeInterval": "1", "timeUnit": "day", "startDate": "2011-12-01",
                "startHour": "12")",
             "2011-12-29T00:00:00Z", 3,
             "Pacific/Apia") == Texts{"2011-12-29T22:00", "2011-12-30T22:00", "2011-12-31T22:00"});
}

TEST_CASE("a daily slot keeps its wall time behind the last listed year of a zone") {
  CHECK(next(R"("timeInterval": "1", "timeUnit": "day", "startDate": "2025-03-01",
                "startHour": "09")",
             "2040-07-01T12:00:00Z", 1, "Europe/Warsaw") == Texts{"2040-07-02T07:00"});
}

TEST_CASE("a point on unselected days moves to where the next selected day begins") {
  const std::string grid = R"("timeInterval": "5", "timeUnit": "hour", "startDate": "2025-11-03",
                              "startHour": "09", "startMinute": "30", )" +
                           kMonToFri;
  const Texts expected{"2025-11-07T18:30", "2025-11-07T23:30", "2025-11-10T09:30",
                       "2025-11-10T11:30"};

  CHECK(next(grid, "2025-11-07T18:00:00Z", 4) == expected);
  // The same set, asked in the middle of it.
  CHECK(next(grid, "2025-11-09T23:00:00Z", 2) == Texts{expected.begin() + 2, expected.end()});
  CHECK(next(grid, "2025-11-10T01:30:00Z", 2) == Texts{expected.begin() + 2, expected.end()});
}

TEST_CASE("a start on an unselected day moves, and so do un-anchored slots") {
  CHECK(next(kTenMinutes + R"(, "startDate": "2025-11-08", "startHour": "09", )" + kMonToFri,
             "2025-11-06T00:00:00Z") == Texts{"2025-11-10T09:00"});
  CHECK(next(kTenMinutes + R"(, "lastExecutionTime": "2025-11-07T22:55:04.000Z", )" + kMonToFri,
             "2025-11-07T22:55:05.000Z", 2,
             "Europe/Warsaw") == Texts{"2025-11-09T23:00", "2025-11-09T23:05"});
}

TEST_CASE("un-anchored slots do not depend on when they are asked, either") {
  const std::string members = kTenMinutes +
                              R"(, "startHour": "09", "selectedDays": {"mon": true},
                                   "lastExecutionTime": "2025-11-03T23:55:00.000Z")";

  for (const char* now : {"2025-11-04T12:00:00Z", "2025-11-09T23:59:59Z", "2025-11-10T05:00:30Z",
                          "2025-11-10T08:59:59Z"}) {
    INFO(now);
    CHECK(next(members, now) == Texts{"2025-11-10T09:00"});
  }
  CHECK(next(members, "2025-11-10T09:00:00Z") == Texts{"2025-11-10T09:05"});
}

TEST_CASE("an expiration is inclusive, and behind it a schedule is expired") {
  const std::string hourly = R"("timeInterval": "1", "timeUnit": "hour",
                                "startDate": "2025-11-03", "startHour": "10",
                                "expirationDate": "2025-11-03", "expirationMinute": "00", )";
  const auto state_at = [&](const std::string& hour, const char* now) {
    const Schedule schedule = schedule_with(hourly + R"("expirationHour": ")" + hour + "\"");
    return forecast(schedule, Zone::utc(), at(now), 1);
  };

  CHECK(state_at("12", "2025-11-03T11:59:59.999Z").next.size() == 1);
  CHECK(state_at("12", "2025-11-03T12:00:00.000Z").state == SlotForecast::State::expired);
  CHECK(state_at("12", "2025-11-03T12:00:00.000Z").reason ==
        "no slot is left up to its expiration, 2025-11-03T12:00:00.000Z");
  CHECK(state_at("", "2025-11-03T22:30:00.000Z").next.size() == 1);
}

TEST_CASE("inactive, paused and invalid schedules say so and have no slots") {
  const auto look = [](const std::string& members) {
    return forecast(schedule_with(members), Zone::utc(), at("2025-11-03T12:00:00Z"), 3);
  };

  CHECK(look(kTenMinutes + R"(, "active": false)").state == SlotForecast::State::inactive);
  CHECK(look(kTenMinutes + R"(, "loop": {"paused": true})").reason == "it is paused");
  const auto invalid = look(R"("timeInterval": "0", "timeUnit": "minute")");
  CHECK(invalid.state == SlotForecast::State::invalid);
  CHECK(invalid.reason.starts_with("interval: "));
  CHECK(invalid.next.empty());
}

TEST_CASE("a one-time schedule has its start and is then expired") {
  const std::string once = R"("scheduleType": "once", "startDate": "2025-11-03",
                              "startHour": "10")";

  CHECK(next(once, "2025-11-03T09:59:59.999Z", 3) == Texts{"2025-11-03T10:00"});
  CHECK(next(once, "2025-11-03T10:00:00.000Z").empty());
  CHECK(forecast(schedule_with(once), Zone::utc(), at("2025-11-03T10:00:00Z"), 1).state ==
        SlotForecast::State::expired);
  CHECK(next(once + R"(, "selectedDays": {"fri": true})", "2025-11-01T00:00:00Z", 3) ==
        Texts{"2025-11-07T10:00"});
}

TEST_CASE("manual and completion schedules have no slots and do not expire") {
  for (const char* kind : {R"("scheduleType": "manual")",
                           R"("scheduleType": "completion", "loop": {"after": ["2"]})"}) {
    const auto answer =
        forecast(schedule_with(std::string(kind) + R"(, "expirationDate": "2020-01-01")"),
                 Zone::utc(), at("2025-11-03T12:00:00Z"), 3);
    CHECK(answer.state == SlotForecast::State::active);
    CHECK(answer.next.empty());
  }
}

TEST_CASE("cron slots lie on selected days, behind the start, up to the expiration") {
  const std::string cron = R"("scheduleType": "cron", "loop": {"cron": "0 9 * * *"}, )";

  CHECK(next(cron + kMonToFri, "2025-11-07T09:00:00Z", 2) ==
        Texts{"2025-11-10T09:00", "2025-11-11T09:00"});
  CHECK(next(cron + R"("startDate": "2025-12-01", "startHour": "09")", "2025-11-07T09:00:00Z") ==
        Texts{"2025-12-01T09:00"});
  CHECK(next(cron + R"("expirationDate": "2025-11-08")", "2025-11-07T09:00:00Z", 5) ==
        Texts{"2025-11-08T09:00"});
}

TEST_CASE("a cron expression that meets no selected day has no slot") {
  CHECK(next(R"("scheduleType": "cron", "loop": {"cron": "0 9 * * 1"},
                "selectedDays": {"tue": true})",
             "2025-11-07T09:00:00Z")
            .empty());
}

TEST_CASE("@every counts from the last start, or from the start date") {
  const std::string every = R"("scheduleType": "cron", "loop": {"cron": "@every 90s"})";

  CHECK(next(every + R"(, "lastExecutionTime": "2025-11-01T06:00:30.000Z")", "2025-11-01T06:00:30Z",
             3) == Texts{"2025-11-01T06:02", "2025-11-01T06:03", "2025-11-01T06:05"});
  CHECK(next(every + R"(, "startDate": "2025-11-01", "startHour": "06")", "2025-11-01T06:00:30Z",
             2) == Texts{"2025-11-01T06:01", "2025-11-01T06:03"});
}

TEST_CASE("a slot of a minute grid is found thousands of years behind its start") {
  const std::string grid =
      R"("timeInterval": "7", "timeUnit": "minute", "startDate": "0001-01-02")";

  CHECK(next(grid, "9998-06-01T00:00:00Z").size() == 1);
  CHECK(next(grid + ", " + kMonToFri, "9998-06-01T00:00:00Z").size() == 1);
  CHECK(next(R"("timeInterval": "1", "timeUnit": "day", "startDate": "0001-01-02")",
             "9998-06-01T00:00:00Z") == Texts{"9998-06-02T00:00"});
}

TEST_CASE("the ends of time and the longest intervals do not overflow") {
  const Zone zone = *Zone::find("America/New_York");
  for (const char* unit : {"minute", "hour", "day"}) {
    for (const char* start : {"", "0001-01-01", "9999-12-31"}) {
      for (const std::string& days : {std::string(R"("a": 1)"), kMonToFri}) {
        const Schedule schedule = schedule_with(
            std::string(R"("timeInterval": 5256000, "timeUnit": ")") + unit +
            R"(", "startDate": ")" + start + R"(", "expirationDate": "9999-12-31", )" + days);
        for (const char* now :
             {"0001-01-01T00:00:00Z", "2025-11-01T00:00:00Z", "9999-12-31T23:59:59Z"}) {
          const SlotSequence slots(schedule.timing, zone, {std::nullopt, std::nullopt, at(now)},
                                   at(now));
          INFO(unit << " " << start << " " << now);
          for (const Instant after : {Instant::min(), at(now), Instant::max()}) {
            const auto slot = slots.next_after(after);
            CHECK((!slot || *slot > after));
          }
        }
      }
    }
  }
}
