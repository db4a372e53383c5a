// SPDX-License-Identifier: MIT
// The slots of a schedule.
#include "loop/domain/slots.h"

#include <fmt/format.h>

#include <algorithm>

namespace loop {

namespace {

using std::chrono::days;

constexpr days kSearchMax{3660};  // ten years

Duration period_of(const Timing& timing) {
  if (timing.cron && timing.cron->every()) return *timing.cron->every();
  if (!timing.interval) return Duration{0};
  switch (timing.interval->unit) {
    case TimeUnit::minute: return std::chrono::minutes{timing.interval->count};
    case TimeUnit::hour: return std::chrono::hours{timing.interval->count};
    case TimeUnit::day: return days{timing.interval->count};
  }
  return Duration{0};
}

std::int64_t floor_divide(Duration a, Duration b) {
  const std::int64_t quotient = a.count() / b.count();
  return a.count() % b.count() < 0 ? quotient - 1 : quotient;
}

bool has_day_limits(const Weekdays& selected) {
  const auto count = std::count(selected.begin(), selected.end(), true);
  return count > 0 && count < 7;
}

LocalDay day_of(LocalTime local) { return std::chrono::floor<days>(local); }

bool is_selected(const Weekdays& selected, LocalDay day) {
  return selected[std::chrono::weekday{day}.c_encoding()];
}

// The grid of an anchored schedule: its start and what follows.
class Grid {
 public:
  Grid(const Timing& timing, const Zone& zone)
      : zone_(zone), start_(*timing.start), first_(zone.to_instant(start_)), period_(period_of(timing)),
        keeps_wall_time_(timing.interval && timing.interval->unit == TimeUnit::day) {}

  // The first point at or after `from`.
  Instant at_or_after(Instant from) const {
    if (from <= first_) return first_;
    if (!keeps_wall_time_) {
      const std::int64_t steps = floor_divide(from - first_ - Duration{1}, period_) + 1;
      return first_ + steps * period_;
    }
    // An offset differs by less than two days anywhere: begin two periods early.
    std::int64_t steps = std::max<std::int64_t>(0, floor_divide(zone_.to_local(from) - start_, period_) - 2);
    Instant point = zone_.to_instant(start_ + steps * period_);
    while (point < from) point = zone_.to_instant(start_ + ++steps * period_);
    return point;
  }

 private:
  const Zone& zone_;
  LocalTime start_;
  Instant first_;
  Duration period_;
  bool keeps_wall_time_;
};

// Slots of an anchored schedule with selected days, one local day at a time.
class AnchoredDays {
 public:
  AnchoredDays(const Timing& timing, const Zone& zone) : timing_(timing), zone_(zone), grid_(timing, zone) {}

  std::optional<Instant> next_after(Instant after) const {
    LocalDay day = day_of(zone_.to_local(std::max(after, grid_.at_or_after(Instant::min()) - Duration{1})));
    for (const LocalDay end = day + kSearchMax; day < end; day += days{1}) {
      if (!is_selected(timing_.days, day)) continue;
      if (const auto slot = first_of_day(day, after)) return slot;
    }
    return std::nullopt;
  }

 private:
  Instant begin_of(LocalDay day) const { return zone_.to_instant(LocalTime{day}); }

  std::optional<Instant> first_of_day(LocalDay day, Instant after) const {
    const Instant begin = begin_of(day);
    const Instant end = begin_of(day + days{1});
    if (const auto carried = carried_into(day); carried && *carried < end) {
      if (*carried > after) return carried;
      const Instant later = grid_.at_or_after(std::max(after, *carried) + Duration{1});
      return later < end ? std::optional{later} : std::nullopt;
    }
    const Instant point = grid_.at_or_after(std::max(begin, after + Duration{1}));
    return point < end ? std::optional{point} : std::nullopt;
  }

  // When the days before were not selected and the grid had a point there, the day begins with it.
  std::optional<Instant> carried_into(LocalDay day) const {
    LocalDay first = day;
    while (!is_selected(timing_.days, first - days{1})) first -= days{1};
    if (first == day || grid_.at_or_after(begin_of(first)) >= begin_of(day)) return std::nullopt;
    return zone_.to_instant(LocalTime{day} + std::chrono::hours{timing_.day_begin_hour} +
                            std::chrono::minutes{timing_.day_begin_minute});
  }

  const Timing& timing_;
  const Zone& zone_;
  Grid grid_;
};

// A slot on an unselected day moves to the beginning of the next selected one.
Instant moved_to_selected_day(const Timing& timing, const Zone& zone, Instant slot) {
  if (!has_day_limits(timing.days)) return slot;
  LocalDay day = day_of(zone.to_local(slot));
  if (is_selected(timing.days, day)) return slot;
  while (!is_selected(timing.days, day)) day += days{1};
  return zone.to_instant(LocalTime{day} + std::chrono::hours{timing.day_begin_hour} +
                         std::chrono::minutes{timing.day_begin_minute});
}

// This local hour at startMinute: what a schedule that never ran counts from.
Instant hour_reference(const Timing& timing, const Zone& zone, Instant activation) {
  const Duration into_hour = zone.to_local(activation).time_since_epoch() % std::chrono::hours{1};
  return activation - into_hour + std::chrono::minutes{timing.day_begin_minute};
}

}  // namespace

SlotSequence::SlotSequence(const Timing& timing, const Zone& zone, const SlotReference& reference, Instant now)
    : timing_(timing), zone_(zone) {
  if (timing.expiration) expiration_ = zone.to_instant(*timing.expiration);
  std::optional<Instant> last = reference.last_start;
  if (reference.last_skip && (!last || *reference.last_skip > *last)) last = reference.last_skip;
  never_ran_ = !last;
  const Duration period = period_of(timing);
  if (!last) {
    reference_ = hour_reference(timing, zone, reference.activation);
  } else if (*last - now > period) {
    reference_ = now;
    reference_replaced_ = true;
  } else {
    reference_ = *last;
  }
}

std::optional<Instant> SlotSequence::next_after(Instant after) const {
  const auto slot = next_candidate(after);
  if (!slot || (expiration_ && *slot > *expiration_)) return std::nullopt;
  return slot;
}

std::optional<Instant> SlotSequence::next_candidate(Instant after) const {
  switch (timing_.kind) {
    case ScheduleKind::manual:
    case ScheduleKind::completion: return std::nullopt;
    case ScheduleKind::once: {
      if (!timing_.start) return std::nullopt;
      const Instant slot = zone_.to_instant(*timing_.start);
      return slot > after ? std::optional{slot} : std::nullopt;
    }
    case ScheduleKind::cron: {
      if (!timing_.cron) return std::nullopt;
      if (timing_.cron->every()) break;
      if (timing_.start) after = std::max(after, zone_.to_instant(*timing_.start) - Duration{1});
      auto slot = timing_.cron->next_after(after, zone_);
      while (slot && has_day_limits(timing_.days) && !is_selected(timing_.days, day_of(zone_.to_local(*slot)))) {
        slot = timing_.cron->next_after(*slot, zone_);
      }
      return slot;
    }
    case ScheduleKind::interval: break;
  }
  const Duration period = period_of(timing_);
  if (period <= Duration{0}) return std::nullopt;
  if (timing_.start) {
    if (has_day_limits(timing_.days)) return AnchoredDays(timing_, zone_).next_after(after);
    return Grid(timing_, zone_).at_or_after(after + Duration{1});
  }
  std::int64_t steps = floor_divide(after - reference_, period);
  if (!never_ran_) steps = std::max<std::int64_t>(1, steps);
  for (;; ++steps) {
    const Instant slot = moved_to_selected_day(timing_, zone_, floor_minute(reference_ + steps * period));
    if (slot > after) return slot;
  }
}

SlotForecast forecast(const Schedule& schedule, const Zone& default_zone, Instant now, std::size_t count) {
  SlotForecast answer;
  if (schedule.invalid) {
    answer.state = SlotForecast::State::invalid;
    answer.reason = *schedule.invalid;
    return answer;
  }
  if (!schedule.active || schedule.loop.paused) {
    answer.state = SlotForecast::State::inactive;
    answer.reason = schedule.active ? "paused" : "active is false";
    return answer;
  }
  const Timing& timing = schedule.timing;
  const auto own_zone = timing.timezone.empty() ? Result<Zone>(default_zone) : Zone::find(timing.timezone);
  const Zone zone = own_zone ? *own_zone : default_zone;
  const SlotReference reference{schedule.mirror.last_execution, schedule.mirror.last_skipped, now};
  const SlotSequence slots(timing, zone, reference, now);
  for (auto slot = slots.next_after(now); slot && answer.next.size() < count; slot = slots.next_after(*slot)) {
    answer.next.push_back(*slot);
  }
  const bool has_end = timing.expiration.has_value() || timing.kind == ScheduleKind::once;
  if (count > 0 && answer.next.empty() && has_end) {
    answer.state = SlotForecast::State::expired;
    answer.reason = timing.expiration ? fmt::format("no slot is left before the expiration, {}",
                                                    format_instant(zone.to_instant(*timing.expiration)))
                                      : "its one slot has passed";
  }
  return answer;
}

std::string_view to_string(SlotForecast::State state) noexcept {
  switch (state) {
    case SlotForecast::State::active: return "active";
    case SlotForecast::State::inactive: return "inactive";
    case SlotForecast::State::invalid: return "invalid";
    case SlotForecast::State::expired: return "expired";
  }
  return "invalid";
}

}  // namespace loop
