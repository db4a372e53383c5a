// SPDX-License-Identifier: MIT
// Reset times in the words of several providers.
#include "loop/agents/adapter.h"

#include "support/catch.hpp"

using namespace loop;

namespace {

std::string found(std::string_view text, const char* now, const std::string& zone = "Etc/UTC") {
  const auto instant = find_reset_time(text, *parse_instant(now), zone);
  return instant ? format_instant(*instant) : "nothing";
}

constexpr const char* kMorning = "2025-11-01T09:12:00.000Z";

}  // namespace

TEST_CASE("a time of day is the next one after now") {
  CHECK(found("limit hit, resets 11:30am", kMorning) == "2025-11-01T11:30:00.000Z");
  CHECK(found("resets at 15:00", kMorning) == "2025-11-01T15:00:00.000Z");
  CHECK(found("Your limit resets 3pm", kMorning) == "2025-11-01T15:00:00.000Z");
  CHECK(found("resets 3 p.m.", kMorning) == "2025-11-01T15:00:00.000Z");
  CHECK(found("resets 9am", kMorning) == "2025-11-02T09:00:00.000Z");
  CHECK(found("resets at 09:12", kMorning) == "2025-11-02T09:12:00.000Z");
  CHECK(found("resets 12am", kMorning) == "2025-11-02T00:00:00.000Z");
  CHECK(found("resets 12:05pm", kMorning) == "2025-11-01T12:05:00.000Z");
  CHECK(found("11:30am", kMorning) == "2025-11-01T11:30:00.000Z");
  CHECK(found("15:00", kMorning) == "2025-11-01T15:00:00.000Z");
}

TEST_CASE("a time of day is read in the schedule's zone, or the one the message names") {
  CHECK(found("resets 11:30am", kMorning, "Europe/Warsaw") == "2025-11-01T10:30:00.000Z");
  CHECK(found("resets 11:30am (America/New_York)", kMorning, "Europe/Warsaw") ==
        "2025-11-01T15:30:00.000Z");
  CHECK(found("resets 11:30am UTC", kMorning, "Europe/Warsaw") == "2025-11-01T11:30:00.000Z");
  CHECK(found("resets 11:30am", kMorning, "No/Such") == "2025-11-01T11:30:00.000Z");
  CHECK(found("resets 2:30am", "2025-03-29T12:00:00Z", "Europe/Warsaw") ==
        "2025-03-30T01:30:00.000Z");
}

TEST_CASE("a date in words is understood, also over new year") {
  CHECK(found("weekly limit, resets Nov 9 at 5pm (Europe/Berlin)", kMorning) ==
        "2025-11-09T16:00:00.000Z");
  CHECK(found("resets November 9, 17:00", kMorning) == "2025-11-09T17:00:00.000Z");
  CHECK(found("resets Jan 2 at 8am", "2025-12-30T00:00:00Z") == "2026-01-02T08:00:00.000Z");
  CHECK(found("resets Oct 30 at 8am", kMorning) == "nothing");  // a year ahead: misread
}

TEST_CASE("a wait counts from now") {
  CHECK(found("Please try again in 5 minutes.", kMorning) == "2025-11-01T09:17:00.000Z");
  CHECK(found("try again in 1h 5m", kMorning) == "2025-11-01T10:17:00.000Z");
  CHECK(found("try again in 1h5m", kMorning) == "2025-11-01T10:17:00.000Z");
  CHECK(found("Retry after 2 hours and 30 minutes", kMorning) == "2025-11-01T11:42:00.000Z");
  CHECK(found("Please retry in 6.5s", kMorning) == "2025-11-01T09:12:06.500Z");
  CHECK(found("retry-after: 30", kMorning) == "2025-11-01T09:12:30.000Z");
  CHECK(found(R"({"Retry-After":"30"})", kMorning) == "2025-11-01T09:12:30.000Z");
  CHECK(found("retry_after_ms: 1500", kMorning) == "2025-11-01T09:12:01.500Z");
  CHECK(found("wait 20 ms", kMorning) == "2025-11-01T09:12:00.020Z");
  CHECK(found("5 minutes", kMorning) == "2025-11-01T09:17:00.000Z");
  CHECK(found("30", kMorning) == "2025-11-01T09:12:30.000Z");
  CHECK(found("retry-after: 0", kMorning) == "2025-11-01T09:12:00.001Z");
}

TEST_CASE("absolute times count when they lie ahead and near") {
  CHECK(found("until 2025-11-01T10:00:00Z", kMorning) == "2025-11-01T10:00:00.000Z");
  CHECK(found("until 2025-11-01T12:00:00+02:00", kMorning) == "2025-11-01T10:00:00.000Z");
  CHECK(found("until 2025-11-01 12:00", kMorning, "Europe/Warsaw") == "2025-11-01T11:00:00.000Z");
  CHECK(found("at 2025-11-01T09:00:00Z the limit was hit until 2025-11-01T10:00:00Z", kMorning) ==
        "2025-11-01T10:00:00.000Z");
  CHECK(found("usage limit reached|1761996600", kMorning) == "2025-11-01T11:30:00.000Z");
  CHECK(found("reset 1761996600000", kMorning) == "2025-11-01T11:30:00.000Z");
  CHECK(found("until 2025-11-01T09:12:00Z", kMorning) == "nothing");
  CHECK(found("until 2026-11-01T09:12:00Z", kMorning) == "nothing");
}

TEST_CASE("what is no reset time is not made into one") {
  for (const char* text :
       {"", "limit reached", "HTTP 429", "at 5 requests", "resets 25:00", "resets 13pm",
        "resets 10:75", "try again in 99999999999 days", "request 4567890123 failed", "at 5 apples",
        "resets Feb 30 at 1pm", "retry-after: soon", "in 99999999999999999999999999999 seconds"}) {
    INFO(text);
    CHECK(found(text, kMorning) == "nothing");
  }
}

TEST_CASE("a long hostile text is read in bounded time") {
  std::string text(50'000'000, '1');
  CHECK(found(text, kMorning) == "nothing");
  text.assign(1'000'000, ' ');
  CHECK(found("in " + text + "5", kMorning) == "nothing");
}
