// SPDX-License-Identifier: MIT
// The grid of an interval, and its slots on selected days.
#pragma once

#include <cstdint>
#include <optional>

#include "loop/domain/schedule.h"
#include "loop/domain/zone.h"

namespace loop {

// All that slots are asked about lies between these.
inline constexpr Instant kFirstInstant =
    std::chrono::sys_days{std::chrono::year{1} / std::chrono::January / 2};
inline constexpr Instant kLastInstant =
    std::chrono::sys_days{std::chrono::year{9999} / std::chrono::December / 30};

// Of the interval, or of `@every`; 0 when there is neither.
Duration period_of(const Timing& timing);

// Rounded down; `b` is positive.
std::int64_t floor_divide(Duration a, Duration b);

// Some days are selected and some are not.
bool has_day_limits(const Weekdays& selected);
bool is_selected(const Weekdays& selected, LocalDay day);
LocalDay local_day_of(const Zone& zone, Instant instant);

// Where a selected day begins: startHour:startMinute.
Instant begin_of_slots(const Timing& timing, const Zone& zone, LocalDay day);

// Whole minutes one period apart.
class Grid {
 public:
  // From timing.start on, by elapsed time; days at the same wall time.
  static Grid anchored(const Timing& timing, const Zone& zone);

  // floor_minute(reference + k * period) for k from `first_step` on.
  static Grid counted(const Timing& timing, const Zone& zone, Instant reference,
                      std::int64_t first_step);

  Instant first() const { return point(first_step_); }
  Instant at_or_after(Instant from) const;

 private:
  Grid(const Zone& zone, Duration period) : zone_(zone), period_(period) {}
  Instant point(std::int64_t step) const;

  const Zone& zone_;
  Duration period_;
  Instant reference_{};
  std::int64_t first_step_ = 0;
  std::optional<LocalTime> wall_start_;  // when days keep wall time
};

// The slots of a grid when some days are not selected: a point there moves to where the next
// selected day begins, and takes the place of what that day had before. A pure set: what it holds
// does not depend on when it is asked.
class SelectedDays {
 public:
  SelectedDays(const Timing& timing, const Zone& zone, const Grid& grid)
      : timing_(timing), zone_(zone), grid_(grid) {}

  std::optional<Instant> next_after(Instant after) const;

 private:
  Instant midnight_of(LocalDay day) const { return zone_.to_instant(LocalTime{day}); }
  std::optional<Instant> first_of_day(LocalDay day, Instant after) const;
  std::optional<Instant> moved_to(LocalDay day) const;

  const Timing& timing_;
  const Zone& zone_;
  const Grid& grid_;
};

}  // namespace loop
