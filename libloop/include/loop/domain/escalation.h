// SPDX-License-Identifier: MIT
// When failures in a row escalate, and how long work rests after that: pure rules.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "loop/base/time.h"
#include "loop/domain/schedule.h"

namespace loop {

inline constexpr int kFailureLimitDefault = 3;
inline constexpr Duration kCooldownFirst = std::chrono::hours{1};
inline constexpr Duration kCooldownMax = std::chrono::hours{24};

// State machine of a key (a schedule):
//   closed    --limit-th failure in a row-->  open (escalated; cooldown runs)
//   open      --cooldown over-->              half_open (one attempt may run)
//   half_open --failure-->                    open (cooldown doubled, at most 24 h)
//   half_open --success-->                    closed
//   any       --success or acknowledgement--> closed
struct FailureState {
  int consecutive = 0;                // failed attempts in a row
  int escalations = 0;                // in a row; the cooldown is 1 h * 2^(escalations - 1)
  std::optional<Instant> open_until;  // set while open or half open
};

struct FailureVerdict {
  FailureState state;
  bool escalated = false;  // this failure did it
};

FailureVerdict after_failure(const FailureState& state, Instant now,
                             int limit = kFailureLimitDefault);
FailureState after_success(const FailureState& state);

// Whether a run may start: always when closed; when open only once the cooldown is over.
bool may_start(const FailureState& state, Instant now);
// While true a run gets one attempt only.
bool is_half_open(const FailureState& state, Instant now);

// The wait before attempt number `attempt` (2 or more): 30 s, 60 s, doubling, at most 15 min.
Duration retry_delay(int attempt);

}  // namespace loop
