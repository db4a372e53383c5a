// SPDX-License-Identifier: MIT
// A schedule as people and agents look at it: its state, its next slots, its last run.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "loop/domain/schedule_book.h"
#include "loop/domain/zone.h"
#include "loop/engine/history.h"

namespace loop {

// What is true first, in this order: a live run says what happens now; a schedule that cannot run
// says why.
enum class ScheduleState {
  running,
  waiting,  // a run of it waits, or its slot does
  invalid,
  inactive,
  expired,
  paused,
  escalated,
  active,
};
std::string_view to_string(ScheduleState state) noexcept;

struct ScheduleView {
  const Schedule* schedule = nullptr;  // of the book that was looked at
  ScheduleHistory past;
  ScheduleState state = ScheduleState::active;
  std::string reason;           // of invalid, paused and the like; may be empty
  std::vector<Instant> next;    // ascending; empty when it is not active or held
  std::optional<Instant> last;  // start of the last run, ours or another program's
};

// Every schedule of the book in its order. Once an engine has seen a schedule its slots follow from
// the history; before, from the file. While it rests after an escalation its next slot is the trial
// at the end of that.
std::vector<ScheduleView> view_schedules(const ScheduleBook& book, const History& history,
                                         const Zone& default_zone, Instant now,
                                         std::size_t slots_max);

bool is_escalated(const ScheduleHistory& past);

}  // namespace loop
