// SPDX-License-Identifier: MIT
// Grids of slots.
#include "domain/slots_grid.hpp"

#include <algorithm>

namespace loop {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

Duration period_of(const Timing& timing) {
  if (timing.kind == ScheduleKind::cron) {
    return timing.cron ? timing.cron->every().value_or(Duration{0}) : Duration{0};
  }
  if (!timing.interval) return Duration{0};
  switch (timing.interval->unit) {
    case TimeUnit::minute: return minutes{timing.interval->count};
    case TimeUnit::hour: return hours{timing.interval->count};
    case TimeUnit::day: return days{timing.interval->count};
  }
  return Duration{0};
}

std::int64_t floor_divide(Duration a, Duration b) {
  const std::int64_t quotient = a / b;
  return a % b < Duration{0} ? quotient - 1 : quotient;
}

bool has_day_limits(const Weekdays& selected) {
  return std::find(selected.begin(), selected.end(), true) != selected.end() &&
         std::find(selected.begin(), selected.end(), false) != selected.end();
}

bool is_selected(const Weekdays& selected, LocalDay day) {
  return selected[std::chrono::weekday{day}.c_encoding()];
}

LocalDay local_day_of(const Zone& zone, Instant instant) {
  return std::chrono::floor<days>(zone.to_local(instant));
}

Instant begin_of_slots(const Timing& timing, const Zone& zone, LocalDay day) {
  return zone.to_instant(LocalTime{day} + hours{timing.day_begin_hour} +
                         minutes{timing.day_begin_minute});
}

Grid Grid::anchored(const Timing& timing, const Zone& zone) {
  Grid grid(zone, period_of(timing));
  grid.reference_ = zone.to_instant(*timing.start);
  const bool is_days = timing.interval && timing.interval->unit == TimeUnit::day;
  if (is_days && timing.kind == ScheduleKind::interval) grid.wall_start_ = timing.start;
  return grid;
}

Grid Grid::counted(const Timing& timing, const Zone& zone, Instant reference,
                   std::int64_t first_step) {
  Grid grid(zone, period_of(timing));
  grid.reference_ = reference;
  grid.first_step_ = first_step;
  return grid;
}

Instant Grid::point(std::int64_t step) const {
  if (wall_start_) return floor_minute(zone_.to_instant(*wall_start_ + step * period_));
  return floor_minute(reference_ + step * period_);
}

Instant Grid::at_or_after(Instant from) const {
  const Instant minute = std::chrono::ceil<minutes>(from);
  if (!wall_start_) {
    const std::int64_t steps = -floor_divide(reference_ - minute, period_);
    return point(std::max(first_step_, steps));
  }
  // Offsets differ by less than two days anywhere, and a period is at least one.
  std::int64_t step = floor_divide(zone_.to_local(minute) - *wall_start_, period_) - 2;
  step = std::max(first_step_, step);
  while (point(step) < from) ++step;
  return point(step);
}

std::optional<Instant> SelectedDays::next_after(Instant after) const {
  LocalDay day = local_day_of(zone_, std::max(after, grid_.first() - Duration{1}));
  while (midnight_of(day) < kLastInstant) {
    if (is_selected(timing_.days, day)) {
      if (const auto slot = first_of_day(day, after)) return slot;
      // Nothing lies before the next point, nor on a day to which it could not move.
      const Instant tomorrow = midnight_of(day + days{1});
      day = std::max(day + days{1}, local_day_of(zone_, grid_.at_or_after(tomorrow)));
    } else {
      day += days{1};
    }
  }
  return std::nullopt;
}

std::optional<Instant> SelectedDays::first_of_day(LocalDay day, Instant after) const {
  const Instant begin = midnight_of(day);
  const Instant end = midnight_of(day + days{1});
  const auto moved = moved_to(day);
  if (moved && *moved > after) return moved;
  const Instant point = grid_.at_or_after(std::max(begin, after + Duration{1}));
  return point < end ? std::optional{point} : std::nullopt;
}

// The slot with which a day begins when the grid has a point in the unselected days before it.
std::optional<Instant> SelectedDays::moved_to(LocalDay day) const {
  LocalDay first = day;
  while (!is_selected(timing_.days, first - days{1})) first -= days{1};
  if (grid_.at_or_after(midnight_of(first)) >= midnight_of(day)) return std::nullopt;
  const Instant slot = begin_of_slots(timing_, zone_, day);
  const bool is_day_there = slot < midnight_of(day + days{1});  // a zone may skip a whole day
  return is_day_there ? std::optional{slot} : std::nullopt;
}

}  // namespace loop
