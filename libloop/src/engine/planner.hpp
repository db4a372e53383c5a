// SPDX-License-Identifier: MIT
// The engine's decisions as pure functions: which slots are due, and what overlap does to them.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "loop/domain/schedule.h"
#include "loop/domain/slots.h"

namespace loop {

// How many missed slots get a journal line each, and how many `catchup: all` makes up at most.
inline constexpr std::size_t kMissedLinesMax = 100;
// A slot picked up this late is still on time: the longest sleep between two steps is half of it.
inline constexpr Duration kOnTimeMax = std::chrono::seconds{60};

// The slots s with consumed < s <= now.
struct DueSlots {
  std::vector<Instant> newest;   // ascending, the newest kMissedLinesMax + 1
  std::int64_t older_count = 0;  // those before `newest`
  std::optional<Instant> older_last;
};
DueSlots find_due(const SlotSequence& slots, Instant consumed, Instant now);

// What catch-up makes of them.
struct CatchUpPlan {
  std::vector<Instant> missed;
  std::int64_t older_missed_count = 0;
  std::optional<Instant> older_missed_last;
  std::vector<Instant> run;  // ascending; more than one only for CatchUp::all
};
CatchUpPlan plan_catch_up(const DueSlots& due, CatchUp catchup, Duration window, Instant now);

enum class OverlapAction {
  start,
  wait,  // remember the slot; start when the holder is gone or stalled
  skip,
  interrupt,  // as wait, and the holder is asked to stop
  fold,       // this schedule's run is retrying or parked: it stands for this slot too
};

struct OverlapSituation {
  bool own_running = false;  // a process of this schedule
  bool own_pending = false;  // its run is between attempts, or parked
  int foreground_count = 0;  // processes, background ones left out
  int background_count = 0;
  int parallel_max = 1;
  int background_max = 4;
};
OverlapAction decide_overlap(Overlap policy, const OverlapSituation& situation);

}  // namespace loop
