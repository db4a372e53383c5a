// SPDX-License-Identifier: MIT
// Due slots, catch-up and overlap.
#include "engine/planner.hpp"

#include <algorithm>

namespace loop {

DueSlots find_due(const SlotSequence& slots, Instant consumed, Instant now) {
  DueSlots due;
  for (auto slot = slots.next_after(consumed); slot && *slot <= now;
       slot = slots.next_after(*slot)) {
    due.newest.push_back(*slot);
    if (due.newest.size() <= 2 * kMissedLinesMax) continue;
    // Halved now and then, so that a year of missed minutes stays linear.
    const auto keep = due.newest.end() - static_cast<std::ptrdiff_t>(kMissedLinesMax + 1);
    due.older_count += keep - due.newest.begin();
    due.older_last = *(keep - 1);
    due.newest.erase(due.newest.begin(), keep);
  }
  if (due.newest.size() > kMissedLinesMax + 1) {
    const auto keep = due.newest.end() - static_cast<std::ptrdiff_t>(kMissedLinesMax + 1);
    due.older_count += keep - due.newest.begin();
    due.older_last = *(keep - 1);
    due.newest.erase(due.newest.begin(), keep);
  }
  return due;
}

CatchUpPlan plan_catch_up(const DueSlots& due, CatchUp catchup, Duration window, Instant now) {
  CatchUpPlan plan;
  plan.older_missed_count = due.older_count;
  plan.older_missed_last = due.older_last;
  if (due.newest.empty()) return plan;

  const auto can_run = [&](Instant slot) {
    const Duration late = now - slot;
    const Duration allowed = catchup == CatchUp::none ? kOnTimeMax : std::max(window, kOnTimeMax);
    return late <= allowed;
  };
  for (const Instant slot : due.newest) {
    const bool is_newest = slot == due.newest.back();
    const bool wanted = is_newest || catchup == CatchUp::all;
    (wanted && can_run(slot) ? plan.run : plan.missed).push_back(slot);
  }
  return plan;
}

OverlapAction decide_overlap(Overlap policy, const OverlapSituation& situation) {
  if (policy == Overlap::background) {
    if (situation.background_count < situation.background_max) return OverlapAction::start;
    return OverlapAction::wait;
  }
  if (situation.own_pending) return OverlapAction::fold;
  const bool is_full = situation.foreground_count >= situation.parallel_max;
  if (!situation.own_running && !is_full) return OverlapAction::start;
  switch (policy) {
    case Overlap::wait: return OverlapAction::wait;
    case Overlap::skip: return OverlapAction::skip;
    case Overlap::interrupt: return OverlapAction::interrupt;
    case Overlap::background: return OverlapAction::start;
  }
  return OverlapAction::wait;
}

}  // namespace loop
