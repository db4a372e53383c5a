// SPDX-License-Identifier: MIT
// The slots of a schedule.
#include "loop/domain/slots.h"

#include "domain/slots_grid.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace loop {

namespace {

using std::chrono::days;

constexpr days kCronSearchMax{40 * 366};

// What a schedule that never ran counts from: this local hour at startMinute.
Instant hour_reference(const Timing& timing, const Zone& zone, Instant activation) {
  const LocalTime local = zone.to_local(activation);
  const Duration into_hour = local - std::chrono::floor<std::chrono::hours>(local);
  return activation - into_hour + std::chrono::minutes{timing.day_begin_minute};
}

LocalDay next_selected(const Weekdays& selected, LocalDay day) {
  while (has_day_limits(selected) && !is_selected(selected, day)) day += days{1};
  return day;
}

std::optional<Instant> last_of(const SlotReference& reference) {
  // An empty optional is less than any instant.
  return std::max(reference.last_start, reference.last_skip);
}

SlotForecast without_slots(SlotForecast::State state, std::string reason) {
  return {state, std::move(reason), {}};
}

// A skip counts as a run only where it is the policy; `wait` leaves its stamp at every retry.
SlotReference mirrored_reference(const Schedule& schedule, Instant now) {
  SlotReference reference;
  reference.last_start = schedule.mirror.last_execution;
  if (schedule.overlap == Overlap::skip) reference.last_skip = schedule.mirror.last_skipped;
  reference.activation = now;
  return reference;
}

std::string end_reason(const Timing& timing, const Zone& zone) {
  if (!timing.expiration) return "its one slot has passed";
  return fmt::format("no slot is left up to its expiration, {}",
                     format_instant(zone.to_instant(*timing.expiration)));
}

}  // namespace

SlotSequence::SlotSequence(const Timing& timing, const Zone& zone, const SlotReference& reference,
                           Instant now)
    : timing_(timing), zone_(zone) {
  if (timing.expiration) expiration_ = zone.to_instant(*timing.expiration);
  const Duration period = period_of(timing);
  if (timing.start || period <= Duration{0}) return;
  if (const auto last = last_of(reference)) {
    reference_replaced_ = *last - now > period;
    reference_ = reference_replaced_ ? now : *last;
    return;
  }
  reference_ = hour_reference(timing, zone, reference.activation);
  first_step_ = floor_divide(reference.activation - reference_, period) + 1;
}

std::optional<Instant> SlotSequence::next_after(Instant after) const {
  if (after >= kLastInstant) return std::nullopt;
  const auto slot = next_candidate(std::max(after, kFirstInstant));
  if (!slot || *slot > kLastInstant || (expiration_ && *slot > *expiration_)) return std::nullopt;
  return slot;
}

std::optional<Instant> SlotSequence::next_candidate(Instant after) const {
  switch (timing_.kind) {
    case ScheduleKind::manual:
    case ScheduleKind::completion: return std::nullopt;
    case ScheduleKind::interval: return next_of_grid(after);
    case ScheduleKind::cron: return next_of_cron(after);
    case ScheduleKind::once: break;
  }
  if (!timing_.start) return std::nullopt;
  const LocalDay day = std::chrono::floor<days>(*timing_.start);
  const LocalDay selected = next_selected(timing_.days, day);
  const Instant slot =
      selected == day ? zone_.to_instant(*timing_.start) : begin_of_slots(timing_, zone_, selected);
  return slot > after ? std::optional{slot} : std::nullopt;
}

std::optional<Instant> SlotSequence::next_of_grid(Instant after) const {
  if (period_of(timing_) <= Duration{0}) return std::nullopt;
  const Grid grid = timing_.start ? Grid::anchored(timing_, zone_)
                                  : Grid::counted(timing_, zone_, reference_, first_step_);
  if (has_day_limits(timing_.days)) return SelectedDays(timing_, zone_, grid).next_after(after);
  return grid.at_or_after(after + Duration{1});
}

std::optional<Instant> SlotSequence::next_of_cron(Instant after) const {
  if (!timing_.cron) return std::nullopt;
  if (timing_.cron->every()) return next_of_grid(after);
  if (timing_.start) after = std::max(after, zone_.to_instant(*timing_.start) - Duration{1});
  const Instant end = after + kCronSearchMax;
  while (after < end) {
    const auto slot = timing_.cron->next_after(after, zone_);
    if (!slot) return std::nullopt;
    const LocalDay day = local_day_of(zone_, *slot);
    const LocalDay selected = next_selected(timing_.days, day);
    if (selected == day) return slot;
    after = std::max(*slot, zone_.to_instant(LocalTime{selected}) - Duration{1});
  }
  return std::nullopt;
}

SlotForecast forecast(const Schedule& schedule, const Zone& default_zone, Instant now,
                      std::size_t count) {
  using State = SlotForecast::State;
  if (schedule.invalid) return without_slots(State::invalid, *schedule.invalid);
  if (!schedule.active) return without_slots(State::inactive, "active is false");
  if (schedule.loop.paused) return without_slots(State::inactive, "it is paused");
  const Timing& timing = schedule.timing;
  const auto own_zone = timing.timezone.empty() ? default_zone : Zone::find(timing.timezone);
  const Zone zone = own_zone ? *own_zone : default_zone;

  SlotForecast answer;
  const SlotSequence slots(timing, zone, mirrored_reference(schedule, now), now);
  auto slot = slots.next_after(now);
  const bool has_end = timing.expiration || timing.kind == ScheduleKind::once;
  const bool makes_slots =
      timing.kind != ScheduleKind::manual && timing.kind != ScheduleKind::completion;
  if (!slot && has_end && makes_slots) {
    return without_slots(State::expired, end_reason(timing, zone));
  }
  for (; slot && answer.next.size() < count; slot = slots.next_after(*slot)) {
    answer.next.push_back(*slot);
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
