// SPDX-License-Identifier: MIT
// Cron expressions: what is accepted, and agreement with a model that walks every minute.
#include "loop/domain/cron.h"

#include "cron_model.hpp"
#include "support/catch.hpp"

using namespace loop;
using namespace loop::sim;

namespace {

Instant at(const char* text) { return parse_instant(text).value(); }

std::string next(const char* expression, const char* after, const char* zone = "Etc/UTC") {
  const auto cron = CronExpression::parse(expression);
  if (!cron) return cron.error().message();
  const auto found = cron->next_after(at(after), *Zone::find(zone));
  return found ? format_instant(*found) : "never";
}

std::string refusal(const std::string& expression) {
  const auto cron = CronExpression::parse(expression);
  return cron ? "accepted" : cron.error().message();
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("cron names stand for their expressions") {
  CHECK(next("@hourly", "2025-11-01T10:00:00Z") == "2025-11-01T11:00:00.000Z");
  CHECK(next("@daily", "2025-11-01T10:00:00Z") == "2025-11-02T00:00:00.000Z");
  CHECK(next("@midnight", "2025-11-01T10:00:00Z") == "2025-11-02T00:00:00.000Z");
  CHECK(next("@weekly", "2025-11-01T10:00:00Z") == "2025-11-02T00:00:00.000Z");
  CHECK(next("@monthly", "2025-11-01T10:00:00Z") == "2025-12-01T00:00:00.000Z");
  CHECK(next("@yearly", "2025-11-01T10:00:00Z") == "2026-01-01T00:00:00.000Z");
  CHECK(next("@ANNUALLY", "2025-11-01T10:00:00Z") == "2026-01-01T00:00:00.000Z");
}

TEST_CASE("@every takes a minute or more and is counted by slots, not here") {
  CHECK(CronExpression::parse("@every 1m")->every() == std::chrono::minutes{1});
  CHECK(CronExpression::parse("@every 1h30m")->every() == std::chrono::minutes{90});
  CHECK(next("@every 5m", "2025-11-01T10:00:00Z") == "never");
  for (const char* text : {"@every 59s", "@every 0", "@every", "@every -5m", "@every 5 m"}) {
    INFO(text);
    CHECK(refusal(text) != "accepted");
  }
}

TEST_CASE("cron fields take names, ranges over Sunday, steps and seconds") {
  CHECK(next("0 9 * JAN mon", "2025-11-01T00:00:00Z") == "2026-01-05T09:00:00.000Z");
  CHECK(next("0 9 * * FRI-SUN", "2025-11-03T00:00:00Z") == "2025-11-07T09:00:00.000Z");
  CHECK(next("0 9 * * 5-7", "2025-11-08T10:00:00Z") == "2025-11-09T09:00:00.000Z");
  CHECK(next("5/20 * * * *", "2025-11-01T10:26:00Z") == "2025-11-01T10:45:00.000Z");
  CHECK(next("10-30/10 * * * *", "2025-11-01T10:31:00Z") == "2025-11-01T11:10:00.000Z");
  CHECK(next("*/15 * * * * *", "2025-11-01T10:00:45Z") == "2025-11-01T10:01:00.000Z");
  CHECK(next("0 0 ? * ?", "2025-11-01T10:00:00Z") == "2025-11-02T00:00:00.000Z");
  CHECK(next("0 0 L-2 * *", "2025-11-01T10:00:00Z") == "2025-11-28T00:00:00.000Z");
}

TEST_CASE("W stays inside its month and L counts from its end") {
  CHECK(next("0 9 1W 2 *", "2025-01-01T00:00:00Z") == "2025-02-03T09:00:00.000Z");
  CHECK(next("0 9 31W * *", "2025-09-01T00:00:00Z") == "2025-10-31T09:00:00.000Z");
  CHECK(next("0 9 30W 11 *", "2025-11-01T00:00:00Z") == "2025-11-28T09:00:00.000Z");
  CHECK(next("0 9 L-30 * *", "2025-02-01T00:00:00Z") == "2025-03-01T09:00:00.000Z");
}

TEST_CASE("a day of month that begins with * and a weekday must both match") {
  CHECK(next("0 0 */10 * MON", "2025-11-02T00:00:00Z") == "2025-12-01T00:00:00.000Z");
}

TEST_CASE("a day that comes once in decades is found") {
  // 29 February on a Sunday: 2004, 2032, 2060, 2088, and over the year 2100 not before 2128.
  CHECK(next("0 0 */28 2 SUN", "2088-02-01T00:00:00Z") == "2088-02-29T00:00:00.000Z");
  CHECK(next("0 0 29 2 *", "2096-03-01T00:00:00Z") == "2104-02-29T00:00:00.000Z");
}

TEST_CASE("what cron does not allow is refused by field, text and what is allowed") {
  CHECK(contains(refusal("60 * * * *"), "minute: \"60\" is not allowed; allowed: 0 to 59"));
  CHECK(contains(refusal("59 24 * * *"), "hour: \"24\" is not allowed; allowed: 0 to 23"));
  CHECK(contains(refusal("0 0 0 * *"), "day of month: \"0\""));
  CHECK(contains(refusal("0 0 32 * *"), "day of month: \"32\""));
  CHECK(contains(refusal("0 0 * 13 *"), "month: \"13\""));
  CHECK(contains(refusal("0 0 * * 8"), "day of week: \"8\""));
  CHECK(contains(refusal("0 0 * * 5#6"), "allowed: 1 to 5"));
  CHECK(contains(refusal("0 0 L-31 * *"), "allowed: 1 to 30"));
  CHECK(contains(refusal("0 0 * *"), "has 4 fields"));
  CHECK(contains(refusal("0 0 0 * * * *"), "has 7 fields"));
  CHECK(contains(refusal("@reboot"), "@hourly"));
  CHECK(contains(refusal("0 0 30 2 *"), "never matches"));
  CHECK(contains(refusal("0 0 31 4,6,9,11 *"), "never matches"));
}

TEST_CASE("limits of cron fields are inclusive") {
  for (const char* text : {"59 23 31 12 7", "0 0 1 1 0", "59 59 23 31 12 6", "0 0 L-30 * *",
                           "0 0 * * 5#5", "*/59 */23 * * *"}) {
    INFO(text);
    CHECK(refusal(text) == "accepted");
  }
}

TEST_CASE("hostile cron texts are refused and quoted on one short line") {
  const std::string hostile[] = {"",
                                 " ",
                                 "* * * * ,",
                                 "-0 * * * *",
                                 "+1 * * * *",
                                 "1--2 * * * *",
                                 "*/0 * * * *",
                                 "5-1 * * * *",
                                 "99999999999999999999 * * * *",
                                 "1.5 * * * *",
                                 "0 0 W * *",
                                 "0 0 * * L",
                                 "0 0 * * #",
                                 std::string("* * * * \0", 9),
                                 "\xff\xff * * * *",
                                 std::string(257, '*'),
                                 std::string(1 << 20, '1')};
  for (const std::string& text : hostile) {
    const std::string message = refusal(text);
    INFO(message);
    CHECK(message != "accepted");
    CHECK(message.size() < 600);
    CHECK(message.find_first_of(std::string("\n\r\0", 3)) == std::string::npos);
  }
}

TEST_CASE("cron answers at the ends of time and does not overflow") {
  const auto cron = CronExpression::parse("0 0 1 1 *");
  const Zone zone = *Zone::find("Europe/Warsaw");

  CHECK(cron->next_after(Instant::min(), zone));
  CHECK(cron->next_after(at("0001-01-01T00:00:00Z"), zone));
  CHECK(cron->next_after(at("9998-12-31T00:00:00Z"), zone));
  CHECK_FALSE(cron->next_after(Instant::max(), zone));
}

TEST_CASE("cron agrees with a walk over every minute around changes of the clock") {
  constexpr std::uint64_t kSeed = 11;
  constexpr int kRounds = 40;
  struct Place {
    const char* zone;
    const char* change;  // a day on which the offset changes
  };
  // Gaps, overlaps, half hours, changes at midnight, one at 00:01, a skipped day, none at all.
  const Place places[] = {
      {"Europe/Warsaw", "2025-03-30"},       {"Europe/Warsaw", "2025-10-26"},
      {"America/New_York", "2025-03-09"},    {"America/New_York", "2025-11-02"},
      {"Australia/Lord_Howe", "2025-04-06"}, {"Australia/Lord_Howe", "2025-10-05"},
      {"America/Sao_Paulo", "2018-11-04"},   {"America/Sao_Paulo", "2018-02-18"},
      {"America/St_Johns", "2010-03-14"},    {"America/St_Johns", "2010-11-07"},
      {"America/Havana", "2025-11-02"},      {"Pacific/Apia", "2011-12-30"},
      {"Europe/Warsaw", "2040-03-25"},       {"Etc/UTC", "2024-02-29"},
  };
  SimRandom random(kSeed);
  for (int round = 0; round < kRounds; ++round) {
    const CronModel model = CronModel::random(random);
    const auto cron = CronExpression::parse(model.text());
    if (!cron) continue;  // it never matches: "31 of June"
    for (const Place& place : places) {
      const Zone zone = *Zone::find(place.zone);
      const Instant begin =
          at((std::string(place.change) + "T00:00:00Z").c_str()) - std::chrono::hours{30};
      const Instant end = begin + std::chrono::hours{72};
      Instant after = begin - Duration{1};
      for (Instant minute = begin; minute < end; minute += std::chrono::minutes{1}) {
        if (!model.matches(minute, zone)) continue;
        const auto found = cron->next_after(after, zone);
        INFO("seed " << kSeed << ": \"" << model.text() << "\" in " << place.zone << " after "
                     << format_instant(after));
        REQUIRE(found);
        REQUIRE(format_instant(*found) == format_instant(minute));
        after = minute;
      }
      const auto behind = cron->next_after(after, zone);
      INFO("seed " << kSeed << ": \"" << model.text() << "\" in " << place.zone);
      REQUIRE((!behind || *behind >= end));
    }
  }
}
