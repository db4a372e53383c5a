// SPDX-License-Identifier: MIT
// Zones: names, gaps, overlaps, and years that the system's files do not list.
#include "loop/domain/zone.h"

#include "sim/sim_random.hpp"
#include "support/catch.hpp"

using namespace loop;

namespace {

Instant at(const char* text) { return parse_instant(text).value(); }

LocalTime local(const char* text) { return LocalTime{at(text).time_since_epoch()}; }

std::string to_utc(const char* zone, const char* local_text) {
  return format_instant(Zone::find(zone)->to_instant(local(local_text)));
}

}  // namespace

TEST_CASE("a zone is found by its IANA name and keeps it") {
  CHECK(Zone::find("Europe/Warsaw")->name() == "Europe/Warsaw");
  CHECK(Zone::find("UTC")->name() == "UTC");
  CHECK(Zone::find("Etc/UTC")->name() == "Etc/UTC");
  CHECK(Zone::utc().name() == "Etc/UTC");
  CHECK(Zone::utc().to_local(at("2025-11-01T06:28:04Z")) == local("2025-11-01T06:28:04Z"));
}

TEST_CASE("an unknown zone is refused by name, with the nearest known one") {
  const auto zone = Zone::find("Europe/Warsow");

  REQUIRE_FALSE(zone);
  CHECK(zone.error().code() == Errc::invalid_argument);
  CHECK(zone.error().message().find("\"Europe/Warsow\"") != std::string::npos);
  CHECK(zone.error().message().find("did you mean \"Europe/Warsaw\"") != std::string::npos);
}

TEST_CASE("what is no name of a zone is refused, whatever it holds") {
  const std::string hostile[] = {"",
                                 "/etc/passwd",
                                 "../../etc/passwd",
                                 std::string("Etc\0UTC", 7),
                                 "\xff\xfe",
                                 std::string(1 << 20, 'A'),
                                 "europe/warsaw\n"};
  for (const std::string& name : hostile) {
    const auto zone = Zone::find(name);
    REQUIRE_FALSE(zone);
    CHECK(zone.error().message().size() < 400);
  }
}

TEST_CASE("a local time in a gap is taken with the offset before it") {
  CHECK(to_utc("Europe/Warsaw", "2025-03-30T02:30:00Z") == "2025-03-30T01:30:00.000Z");
  CHECK(to_utc("America/New_York", "2025-03-09T02:30:00Z") == "2025-03-09T07:30:00.000Z");
  CHECK(to_utc("Pacific/Apia", "2011-12-30T12:00:00Z") == "2011-12-30T22:00:00.000Z");
}

TEST_CASE("a local time that comes twice is the first, and the second is known") {
  const Zone warsaw = *Zone::find("Europe/Warsaw");
  const LocalTime twice = local("2025-10-26T02:30:00Z");

  CHECK(format_instant(warsaw.to_instant(twice)) == "2025-10-26T00:30:00.000Z");
  CHECK(warsaw.overlap_at(twice).is_double);
  CHECK(format_instant(warsaw.overlap_at(twice).second) == "2025-10-26T01:30:00.000Z");
  CHECK_FALSE(warsaw.overlap_at(local("2025-10-26T01:59:00Z")).is_double);
  CHECK_FALSE(warsaw.overlap_at(local("2025-10-26T03:00:00Z")).is_double);
  CHECK_FALSE(warsaw.overlap_at(local("2025-03-30T02:30:00Z")).is_double);
}

TEST_CASE("the last listed rule holds in later years, leap years included") {
  // The last Sundays of March: 28 in 2038, 25 in 2040, 28 in 2100 (no leap year).
  CHECK(to_utc("Europe/Warsaw", "2038-03-27T12:00:00Z") == "2038-03-27T11:00:00.000Z");
  CHECK(to_utc("Europe/Warsaw", "2038-03-28T12:00:00Z") == "2038-03-28T10:00:00.000Z");
  CHECK(to_utc("Europe/Warsaw", "2040-03-24T12:00:00Z") == "2040-03-24T11:00:00.000Z");
  CHECK(to_utc("Europe/Warsaw", "2040-03-25T02:30:00Z") == "2040-03-25T01:30:00.000Z");
  CHECK(to_utc("Europe/Warsaw", "2040-03-25T12:00:00Z") == "2040-03-25T10:00:00.000Z");
  CHECK(to_utc("Europe/Warsaw", "2040-10-28T12:00:00Z") == "2040-10-28T11:00:00.000Z");
  CHECK(to_utc("Europe/Warsaw", "2100-03-28T12:00:00Z") == "2100-03-28T10:00:00.000Z");
  CHECK(to_utc("Europe/Warsaw", "2100-03-27T12:00:00Z") == "2100-03-27T11:00:00.000Z");
  CHECK(to_utc("Australia/Sydney", "2045-01-10T12:00:00Z") == "2045-01-10T01:00:00.000Z");
  CHECK(to_utc("Australia/Sydney", "2045-07-10T12:00:00Z") == "2045-07-10T02:00:00.000Z");
  // No daylight saving since 2011: none later.
  CHECK(to_utc("Europe/Moscow", "2045-07-10T12:00:00Z") == "2045-07-10T09:00:00.000Z");
}

TEST_CASE("every instant comes back from its local time, as the first or the second pass") {
  constexpr std::uint64_t kSeed = 20'251'101;
  INFO("seed " << kSeed);
  sim::SimRandom random(kSeed);
  for (const char* name : {"Europe/Warsaw", "America/New_York", "Australia/Lord_Howe", "Asia/Tokyo",
                           "Pacific/Apia", "America/St_Johns", "Africa/Casablanca"}) {
    const Zone zone = *Zone::find(name);
    for (int round = 0; round < 500; ++round) {
      // From 1990 to about 2090.
      const Instant instant{std::chrono::minutes{10'519'200 + random.below(52'596'000)}};
      const LocalTime wall = zone.to_local(instant);
      const auto overlap = zone.overlap_at(wall);
      const bool is_first = zone.to_instant(wall) == instant;
      const bool is_second = overlap.is_double && overlap.second == instant;
      INFO(name << " " << format_instant(instant));
      CHECK(is_first != is_second);
    }
  }
}
