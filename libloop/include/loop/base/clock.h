// SPDX-License-Identifier: MIT
// The seam for time: what o'clock it is, how long something took, and waiting.
#pragma once

#include "loop/base/time.h"

namespace loop {

class Clock {
 public:
  virtual ~Clock() = default;

  // Wall time; may jump in both directions.
  virtual Instant now() const = 0;

  // Never goes back; the zero is arbitrary. For time-outs and measured durations.
  virtual Duration monotonic() const = 0;

  // The same, as finely as the clock can: for measuring calls shorter than a millisecond.
  virtual std::chrono::microseconds stopwatch() const { return monotonic(); }

  // Blocks the calling thread. Used for lock back-off only.
  virtual void sleep(Duration duration) = 0;
};

// CLOCK_REALTIME and CLOCK_MONOTONIC. Thread-safe.
class SystemClock final : public Clock {
 public:
  Instant now() const override;
  Duration monotonic() const override;
  std::chrono::microseconds stopwatch() const override;
  void sleep(Duration duration) override;
};

}  // namespace loop
