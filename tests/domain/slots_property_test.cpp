// SPDX-License-Identifier: MIT
// Slots of random schedules: properties of the set, and agreement with a slow and obvious model.
#include "loop/domain/slots.h"

#include "sim/sim_random.hpp"
#include "support/catch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <vector>

using namespace loop;
using sim::SimRandom;

namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

constexpr std::uint64_t kSeed = 3;
constexpr int kRounds = 150;

// With a change of the clock some days behind `begin`.
struct Place {
  const char* zone;
  const char* begin;
};
constexpr std::array<Place, 8> kPlaces{{{"Etc/UTC", "2024-02-20T00:00:00Z"},
                                        {"Europe/Warsaw", "2025-03-24T00:00:00Z"},
                                        {"Europe/Warsaw", "2025-10-20T00:00:00Z"},
                                        {"America/New_York", "2025-03-03T00:00:00Z"},
                                        {"America/New_York", "2039-10-31T00:00:00Z"},
                                        {"Australia/Lord_Howe", "2025-04-01T00:00:00Z"},
                                        {"America/Sao_Paulo", "2018-10-30T00:00:00Z"},
                                        {"America/Havana", "2025-10-28T00:00:00Z"}}};
constexpr days kWindow{14};

Timing random_timing(SimRandom& random, LocalDay around) {
  Timing timing;
  const auto unit = static_cast<TimeUnit>(random.below(3));
  const std::uint64_t most = unit == TimeUnit::minute ? 600 : unit == TimeUnit::hour ? 40 : 6;
  timing.interval = Interval{1 + static_cast<std::int64_t>(random.below(most)), unit};
  if (random.below(3) != 0) {
    for (bool& day : timing.days) day = random.below(2) == 0;
  }
  timing.day_begin_hour = static_cast<int>(random.below(24));
  timing.day_begin_minute = static_cast<int>(random.below(60));
  if (random.below(2) == 0) {
    const LocalDay first = around - days{random.below(12)};
    timing.start = first + hours{timing.day_begin_hour} + minutes{timing.day_begin_minute};
  }
  return timing;
}

std::string describe(const Timing& timing, const Place& place) {
  std::string selected;
  for (const bool day : timing.days) selected += day ? '1' : '0';
  return fmt::format("seed {}: every {} {}, days {}, begin {:02}:{:02}, {} in {}", kSeed,
                     timing.interval->count, to_string(timing.interval->unit), selected,
                     timing.day_begin_hour, timing.day_begin_minute,
                     timing.start ? "anchored" : "counted", place.zone);
}

bool is_selected(const Timing& timing, LocalDay day) {
  const auto count = std::count(timing.days.begin(), timing.days.end(), true);
  return count == 0 || timing.days[std::chrono::weekday{day}.c_encoding()];
}

LocalDay day_of(const Zone& zone, Instant instant) {
  return std::chrono::floor<days>(zone.to_local(instant));
}

std::vector<Instant> points_of(const Timing& timing, const Zone& zone, Instant reference,
                               Instant end) {
  const Interval& interval = *timing.interval;
  const Duration step = interval.unit == TimeUnit::minute ? Duration{minutes{interval.count}}
                        : interval.unit == TimeUnit::hour ? Duration{hours{interval.count}}
                                                          : Duration{days{interval.count}};
  std::vector<Instant> points;
  for (std::int64_t k = timing.start ? 0 : 1;; ++k) {
    const bool is_wall = timing.start && interval.unit == TimeUnit::day;
    const Instant first = timing.start ? zone.to_instant(*timing.start) : reference;
    const Instant point =
        is_wall ? zone.to_instant(*timing.start + k * step) : floor_minute(first + k * step);
    if (point > end) return points;
    points.push_back(point);
  }
}

// As scheduling.md has it: a point on unselected days becomes the begin of the next selected one,
// and on that day only later points count.
std::set<Instant> model_of(const Timing& timing, const Zone& zone, Instant reference, Instant end) {
  std::set<Instant> slots;
  std::set<LocalDay> moved_to;
  const auto points = points_of(timing, zone, reference, end);
  for (const Instant point : points) {
    LocalDay day = day_of(zone, point);
    if (is_selected(timing, day)) continue;
    while (!is_selected(timing, day)) day += days{1};
    moved_to.insert(day);
  }
  const auto begin_of = [&](LocalDay day) {
    return zone.to_instant(day + hours{timing.day_begin_hour} + minutes{timing.day_begin_minute});
  };
  for (const LocalDay day : moved_to) slots.insert(begin_of(day));
  for (const Instant point : points) {
    const LocalDay day = day_of(zone, point);
    if (!is_selected(timing, day)) continue;
    if (!moved_to.contains(day) || point > begin_of(day)) slots.insert(point);
  }
  return slots;
}

}  // namespace

TEST_CASE("slots of random schedules are those of the model, from wherever they are asked") {
  SimRandom random(kSeed);
  for (int round = 0; round < kRounds; ++round) {
    const Place& place = kPlaces[random.below(kPlaces.size())];
    const Zone zone = *Zone::find(place.zone);
    const Instant begin = parse_instant(place.begin).value();
    const Instant end = begin + kWindow;
    const Timing timing = random_timing(random, day_of(zone, begin));
    const Instant reference = begin + Duration{random.below(3'600'000)};
    const SlotSequence slots(timing, zone, {reference, std::nullopt, begin}, end);
    INFO(describe(timing, place));

    const auto expected = model_of(timing, zone, reference, end + days{8});
    Instant after = begin;
    for (auto slot = expected.upper_bound(begin); slot != expected.end() && *slot <= end; ++slot) {
      INFO("after " << format_instant(after));
      const auto found = slots.next_after(after);
      REQUIRE(found);
      REQUIRE(format_instant(*found) == format_instant(*slot));
      REQUIRE(*found == floor_minute(*found));
      REQUIRE(is_selected(timing, day_of(zone, *found)));
      const auto width = static_cast<std::uint64_t>((*found - after).count());
      REQUIRE(slots.next_after(after + Duration{random.below(width)}) == found);
      REQUIRE(slots.next_after(*found - Duration{1}) == found);
      after = *found;
    }
    const auto behind = slots.next_after(after);
    REQUIRE((!behind || *behind > end));
  }
}

TEST_CASE("an expiration only cuts the slots of random schedules") {
  SimRandom random(kSeed + 1);
  for (int round = 0; round < kRounds; ++round) {
    const Place& place = kPlaces[random.below(kPlaces.size())];
    const Zone zone = *Zone::find(place.zone);
    const Instant begin = parse_instant(place.begin).value();
    Timing timing = random_timing(random, day_of(zone, begin));
    Timing endless = timing;
    timing.expiration =
        std::chrono::floor<minutes>(zone.to_local(begin + minutes{random.below(10'000)}));
    const Instant expiration = zone.to_instant(*timing.expiration);
    const SlotReference reference{std::nullopt, std::nullopt, begin};
    const SlotSequence cut(timing, zone, reference, begin);
    const SlotSequence whole(endless, zone, reference, begin);
    INFO(describe(timing, place));
    for (auto slot = whole.next_after(begin); slot && *slot < begin + days{9};
         slot = whole.next_after(*slot)) {
      const auto found = cut.next_after(*slot - Duration{1});
      REQUIRE(found == (*slot <= expiration ? slot : std::nullopt));
    }
  }
}
