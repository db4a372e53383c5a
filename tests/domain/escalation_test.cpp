// SPDX-License-Identifier: MIT
// Failures in a row, the cooldown and the trial run after it.
#include "loop/domain/escalation.h"

#include "support/catch.hpp"

using namespace loop;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

const Instant kNoon = *parse_instant("2025-11-01T12:00:00Z");

FailureState after_failures(int count, int limit = kFailureLimitDefault) {
  FailureState state;
  for (int i = 0; i < count; ++i) state = after_failure(state, kNoon, limit).state;
  return state;
}

}  // namespace

TEST_CASE("the third failure in a row escalates, the second and the fourth do not") {
  CHECK_FALSE(after_failure(after_failures(0), kNoon).escalated);
  CHECK_FALSE(after_failure(after_failures(1), kNoon).escalated);
  CHECK(after_failure(after_failures(2), kNoon).escalated);
  CHECK_FALSE(after_failure(after_failures(3), kNoon).escalated);
}

TEST_CASE("the limit decides which failure escalates") {
  for (const int limit : {1, 2, 10}) {
    INFO(limit);
    CHECK_FALSE(after_failures(limit - 1, limit).open_until);
    CHECK(after_failures(limit, limit).open_until == kNoon + hours{1});
  }
}

TEST_CASE("a success between failures starts the count again") {
  FailureState state = after_failures(2);
  state = after_success(state);

  CHECK(state.consecutive == 0);
  CHECK_FALSE(after_failure(after_failure(state, kNoon).state, kNoon).escalated);
}

TEST_CASE("an open key starts nothing before its cooldown is over") {
  const FailureState open = after_failures(3);

  CHECK_FALSE(may_start(open, kNoon + hours{1} - Duration{1}));
  CHECK_FALSE(is_half_open(open, kNoon + hours{1} - Duration{1}));
  CHECK(may_start(open, kNoon + hours{1}));
  CHECK(is_half_open(open, kNoon + hours{1}));
}

TEST_CASE("a closed key may start and is not half open") {
  CHECK(may_start(FailureState{}, kNoon));
  CHECK(may_start(after_failures(2), kNoon));
  CHECK_FALSE(is_half_open(after_failures(2), kNoon));
}

TEST_CASE("a failed trial doubles the cooldown up to 24 hours") {
  FailureState state = after_failures(3);
  Instant now = kNoon;

  for (const int expected_hours : {2, 4, 8, 16, 24, 24}) {
    now = *state.open_until;
    const FailureVerdict verdict = after_failure(state, now);
    CHECK(verdict.escalated);
    CHECK(*verdict.state.open_until - now == hours{expected_hours});
    state = verdict.state;
  }
}

TEST_CASE("a failure by hand while the cooldown runs is counted and escalates nothing") {
  const FailureState open = after_failures(3);

  const FailureVerdict verdict = after_failure(open, kNoon + minutes{30});

  CHECK_FALSE(verdict.escalated);
  CHECK(verdict.state.consecutive == 4);
  CHECK(verdict.state.open_until == open.open_until);
}

TEST_CASE("a successful trial closes the key and forgets its escalations") {
  FailureState state = after_success(after_failures(3));
  for (int i = 0; i < 3; ++i) state = after_failure(state, kNoon).state;

  CHECK(*state.open_until - kNoon == hours{1});
}

TEST_CASE("where work goes on in spite of an escalation, every third failure escalates") {
  FailureState state = after_failures(3);
  state.open_until.reset();  // what `continue` does

  state = after_failure(state, kNoon).state;
  CHECK_FALSE(state.open_until);
  state = after_failure(state, kNoon).state;
  CHECK(after_failure(state, kNoon).escalated);
}

TEST_CASE("the delay before an attempt doubles from 30 seconds to 15 minutes") {
  CHECK(retry_delay(2) == seconds{30});
  CHECK(retry_delay(3) == seconds{60});
  CHECK(retry_delay(6) == seconds{480});
  CHECK(retry_delay(7) == minutes{15});
  CHECK(retry_delay(1'000'000) == minutes{15});
}
