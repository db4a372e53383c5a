// SPDX-License-Identifier: MIT
// The slots of a schedule: the whole minutes at which it is due, as a pure function.
#pragma once

#include <optional>

#include "loop/domain/schedule.h"
#include "loop/domain/zone.h"

namespace loop {

// What the slots of an un-anchored schedule are counted from.
struct SlotReference {
  std::optional<Instant> last_start;   // of the first attempt of the last run
  std::optional<Instant> last_skip;    // by policy `skip`
  Instant activation{};                // when it was first seen active: the grid of a schedule that never ran
};

// docs/scheduling.md has the rules. Anchored: a grid from the start, `day` keeping wall time; the
// set does not depend on when it is asked. Not anchored: floor_minute(reference + k * interval);
// a reference more than one interval ahead of `now` (the clock was set back) is replaced by `now`.
// Slots on unselected days move to the beginning of the next selected one; slots after the
// expiration do not exist. `active` is not looked at. Cheap to make; holds references only.
class SlotSequence {
 public:
  SlotSequence(const Timing& timing, const Zone& zone, const SlotReference& reference, Instant now);

  // The first slot strictly after `after`, searched for at most 10 years ahead.
  std::optional<Instant> next_after(Instant after) const;

  // The reference was too far ahead and has been replaced: worth a warning.
  bool reference_replaced() const { return reference_replaced_; }

 private:
  std::optional<Instant> next_candidate(Instant after) const;

  const Timing& timing_;
  const Zone& zone_;
  Instant reference_{};
  std::optional<Instant> expiration_;
  bool never_ran_ = false;
  bool reference_replaced_ = false;
};

// The answer for one schedule by itself, as a file from Roo Scheduler shows it: the reference is
// its mirror, `now` is the activation. Used by `schedule next` and by status displays.
struct SlotForecast {
  enum class State { active, inactive, invalid, expired } state = State::active;
  std::string reason;            // of anything but active
  std::vector<Instant> next;     // at most `count`, ascending
};
SlotForecast forecast(const Schedule& schedule, const Zone& default_zone, Instant now,
                      std::size_t count);

std::string_view to_string(SlotForecast::State state) noexcept;

}  // namespace loop
