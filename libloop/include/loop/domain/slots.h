// SPDX-License-Identifier: MIT
// The slots of a schedule: the whole minutes at which it is due, as a pure function.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "loop/domain/schedule.h"
#include "loop/domain/zone.h"

namespace loop {

// What the slots of an un-anchored schedule are counted from.
struct SlotReference {
  std::optional<Instant> last_start;  // of the first attempt of the last run
  std::optional<Instant> last_skip;   // by policy `skip`
  Instant activation{};  // when it was first seen active: the grid of a schedule that never ran
};

// docs/scheduling.md has the rules. Anchored: a grid from the start, `day` keeping wall time; the
// set does not depend on when it is asked. Not anchored: floor_minute(reference + k * interval);
// a reference more than one interval ahead of `now` (the clock was set back) is replaced by `now`.
// Slots on unselected days move to the beginning of the next selected one (those of a cron
// expression fall away); slots after the expiration do not exist. `active` is not looked at. Whole
// minutes, but for cron expressions with seconds. Cheap to make; holds references only.
class SlotSequence {
 public:
  SlotSequence(const Timing& timing, const Zone& zone, const SlotReference& reference, Instant now);

  // The first slot strictly after `after`, of the years 1 to 9999. Its cost does not grow with the
  // distance from the start or the reference. A cron expression that meets no selected day within
  // 40 years has none.
  std::optional<Instant> next_after(Instant after) const;

  // The reference was too far ahead and has been replaced: worth a warning.
  bool reference_replaced() const { return reference_replaced_; }

 private:
  std::optional<Instant> next_candidate(Instant after) const;
  std::optional<Instant> next_of_cron(Instant after) const;
  std::optional<Instant> next_of_grid(Instant after) const;

  const Timing& timing_;
  const Zone& zone_;
  Instant reference_{};
  std::int64_t first_step_ = 1;  // the slots are counted from reference_ + first_step_ * interval
  std::optional<Instant> expiration_;
  bool reference_replaced_ = false;
};

// The answer for one schedule by itself, as a file from Roo Scheduler shows it: the reference is
// its mirror, `now` is the activation. Used by `schedule next` and by status displays.
struct SlotForecast {
  enum class State { active, inactive, invalid, expired } state = State::active;
  std::string reason;         // of anything but active
  std::vector<Instant> next;  // at most `count`, ascending
};
SlotForecast forecast(const Schedule& schedule, const Zone& default_zone, Instant now,
                      std::size_t count);

std::string_view to_string(SlotForecast::State state) noexcept;

}  // namespace loop
