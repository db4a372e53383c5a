// SPDX-License-Identifier: MIT
// Counting failures in a row, cooling down, and the delays between attempts.
#include "loop/domain/escalation.h"

#include <algorithm>

namespace loop {

namespace {

constexpr Duration kRetryFirst = std::chrono::seconds{30};
constexpr Duration kRetryMax = std::chrono::minutes{15};

// first * 2^doublings, at most `most`; safe for any number of doublings.
Duration doubled(Duration first, int doublings, Duration most) {
  Duration delay = first;
  for (int i = 0; i < doublings && delay < most; ++i) delay *= 2;
  return std::min(delay, most);
}

FailureVerdict open(FailureState state, Instant now) {
  ++state.escalations;
  state.open_until = now + doubled(kCooldownFirst, state.escalations - 1, kCooldownMax);
  return {.state = state, .escalated = true};
}

// Where an escalation does not stop the work (`continue`), the next one comes after `limit` more.
bool is_over_limit(const FailureState& state, int limit) {
  if (state.escalations == 0) return state.consecutive >= limit;
  return state.consecutive % std::max(limit, 1) == 0;
}

}  // namespace

FailureVerdict after_failure(const FailureState& state, Instant now, int limit) {
  FailureState next = state;
  ++next.consecutive;
  if (is_half_open(state, now)) return open(next, now);
  // A run by hand may fail while the cooldown runs: nobody needs to hear of that again.
  if (state.open_until) return {.state = next, .escalated = false};
  if (is_over_limit(next, limit)) return open(next, now);
  return {.state = next, .escalated = false};
}

FailureState after_success(const FailureState&) { return {}; }

bool may_start(const FailureState& state, Instant now) {
  return !state.open_until || now >= *state.open_until;
}

bool is_half_open(const FailureState& state, Instant now) {
  return state.open_until && now >= *state.open_until;
}

Duration retry_delay(int attempt) { return doubled(kRetryFirst, attempt - 2, kRetryMax); }

}  // namespace loop
