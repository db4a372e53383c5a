// SPDX-License-Identifier: MIT
// The hard cases of slots (a file beside the project) and of cron (C1 to C25, here).
#include <boost/json.hpp>
#include <fmt/format.h>

#include <fstream>
#include <iterator>

#include "loop/domain/slots.h"
#include "support/catch.hpp"

using namespace loop;

namespace {

std::string answer(const SlotForecast& forecast) {
  if (forecast.state == SlotForecast::State::invalid) {
    return fmt::format("invalid ({})", forecast.reason.substr(0, forecast.reason.find(':')));
  }
  return forecast.next.empty() ? "none" : format_instant(forecast.next.front());
}

}  // namespace

TEST_CASE("every case of next_slot_cases.json has its expected slot") {
  std::ifstream in(LOOP_SHARED_DIR "/fixtures/next_slot_cases.json");
  if (!in) {
    WARN("skipped: next_slot_cases.json is not beside the project");
    return;
  }
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  int count = 0;
  const boost::json::value cases = boost::json::parse(text);
  for (const auto& value : cases.as_array()) {
    const auto& one = value.as_object();
    const auto word = [&](const char* key) { return std::string(one.at(key).as_string()); };
    boost::json::object fields = one.at("schedule").as_object();
    fields["id"] = "case";
    INFO("case " << one.at("id") << ": " << word("label"));
    const auto schedule = parse_schedule(boost::json::serialize(fields));
    REQUIRE(schedule);
    const Zone zone = Zone::find(word("zone")).value();
    CHECK(answer(forecast(*schedule, zone, parse_instant(word("now")).value(), 1)) ==
          word("expected"));
    ++count;
  }
  CHECK(count == 60);
}

TEST_CASE("C1-C25: cron expressions over gaps, overlaps, month ends and leap years") {
  struct Case {
    const char *id, *expression, *zone, *now, *expected;
  };
  const Case cases[] = {
      {"C1", "*/10 * * * *", "Europe/Warsaw", "2025-10-26T00:55:00Z", "2025-10-26T01:00:00.000Z"},
      {"C2", "*/10 * * * *", "Europe/Warsaw", "2025-10-26T00:50:00Z", "2025-10-26T01:00:00.000Z"},
      {"C3", "*/10 * * * *", "Europe/Warsaw", "2025-03-30T00:50:00Z", "2025-03-30T01:00:00.000Z"},
      {"C4", "30 2 * * *", "Europe/Warsaw", "2025-03-29T12:00:00Z", "2025-03-30T01:30:00.000Z"},
      {"C5", "30 2 * * *", "Europe/Warsaw", "2025-10-26T00:30:00Z", "2025-10-27T01:30:00.000Z"},
      {"C6", "30 2 * * *", "America/New_York", "2025-03-08T12:00:00Z", "2025-03-09T07:30:00.000Z"},
      {"C7", "30 1 * * *", "America/New_York", "2025-11-02T05:30:00Z", "2025-11-03T06:30:00.000Z"},
      {"C8", "0 * * * *", "America/New_York", "2025-11-02T05:00:00Z", "2025-11-02T06:00:00.000Z"},
      {"C9", "0 0 31 * *", "Etc/UTC", "2025-01-31T00:00:00Z", "2025-03-31T00:00:00.000Z"},
      {"C10", "0 0 31 * *", "Etc/UTC", "2025-03-31T00:00:00Z", "2025-05-31T00:00:00.000Z"},
      {"C11", "0 0 29 2 *", "Etc/UTC", "2025-01-01T00:00:00Z", "2028-02-29T00:00:00.000Z"},
      {"C12", "0 0 29 2 *", "Etc/UTC", "2096-03-01T00:00:00Z", "2104-02-29T00:00:00.000Z"},
      {"C13", "0 9 L * *", "Europe/Warsaw", "2024-02-01T00:00:00Z", "2024-02-29T08:00:00.000Z"},
      {"C14", "0 9 L * *", "Europe/Warsaw", "2025-02-01T00:00:00Z", "2025-02-28T08:00:00.000Z"},
      {"C15", "0 9 L * *", "Europe/Warsaw", "2025-03-01T00:00:00Z", "2025-03-31T07:00:00.000Z"},
      {"C16", "0 9 15W * *", "Etc/UTC", "2025-11-01T00:00:00Z", "2025-11-14T09:00:00.000Z"},
      {"C17", "0 9 1W * *", "Etc/UTC", "2025-10-31T12:00:00Z", "2025-11-03T09:00:00.000Z"},
      {"C18", "0 9 LW * *", "Etc/UTC", "2025-11-01T00:00:00Z", "2025-11-28T09:00:00.000Z"},
      {"C19", "0 9 * * 5#2", "Etc/UTC", "2025-11-01T00:00:00Z", "2025-11-14T09:00:00.000Z"},
      {"C20", "0 9 * * MON#5", "Etc/UTC", "2025-11-01T00:00:00Z", "2025-12-29T09:00:00.000Z"},
      {"C21", "0 9 * * 5L", "Etc/UTC", "2025-11-01T00:00:00Z", "2025-11-28T09:00:00.000Z"},
      {"C22", "0 0 13 * 5", "Etc/UTC", "2025-11-01T00:00:00Z", "2025-11-07T00:00:00.000Z"},
      {"C23", "0 9 * * 7", "Etc/UTC", "2025-11-01T12:00:00Z", "2025-11-02T09:00:00.000Z"},
      {"C24", "0 0 30 2 *", "Etc/UTC", "2025-01-01T00:00:00Z", "never"},
      {"C25", "15 10 * * 1-5", "America/New_York", "2025-11-07T15:15:00Z",
       "2025-11-10T15:15:00.000Z"},
  };
  for (const Case& one : cases) {
    INFO(one.id);
    const auto cron = CronExpression::parse(one.expression);
    if (std::string(one.expected) == "never") {
      CHECK_FALSE(cron);
      continue;
    }
    REQUIRE(cron);
    const auto next =
        cron->next_after(parse_instant(one.now).value(), Zone::find(one.zone).value());
    REQUIRE(next);
    CHECK(format_instant(*next) == one.expected);
  }
}
