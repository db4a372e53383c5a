// SPDX-License-Identifier: MIT
// A clock that the test moves.
#pragma once

#include "loop/base/clock.h"

namespace loop::sim {

class SimClock final : public Clock {
 public:
  explicit SimClock(Instant start) : now_(start) {}

  Instant now() const override { return now_; }
  Duration monotonic() const override { return monotonic_; }
  void sleep(Duration duration) override { advance(duration); }

  // Both clocks move on.
  void advance(Duration duration) {
    now_ += duration;
    monotonic_ += duration;
  }
  void advance_to(Instant instant) {
    if (instant > now_) advance(instant - now_);
  }
  // The wall clock is set; the monotonic one does not notice.
  void set(Instant instant) { now_ = instant; }

 private:
  Instant now_;
  Duration monotonic_{};
};

}  // namespace loop::sim
