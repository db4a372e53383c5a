// SPDX-License-Identifier: MIT
// Measured time, in seconds, and rates of work that is repeated for the length of a round.
#pragma once

#include <chrono>
#include <cstddef>

#include "loop/base/result.h"

namespace loop::bench {

class Stopwatch {
 public:
  double seconds() const { return std::chrono::duration<double>(Now::now() - start_).count(); }

 private:
  using Now = std::chrono::steady_clock;
  Now::time_point start_ = Now::now();
};

// Calls `step` (Status step()) again and again for about `round`; how often a second.
template <class Step>
Result<double> rate_of(std::chrono::milliseconds round, Step&& step) {
  const double wanted = std::chrono::duration<double>(round).count();
  const Stopwatch watch;
  std::size_t done = 0;
  double elapsed = 0;
  // The clock is looked at after bursts, so that looking costs nothing that counts.
  for (std::size_t burst = 1; elapsed < wanted; elapsed = watch.seconds()) {
    if (elapsed < wanted / 100) burst *= 2;
    for (std::size_t index = 0; index < burst; ++index) LOOP_TRY_VOID(step());
    done += burst;
  }
  return static_cast<double>(done) / elapsed;
}

}  // namespace loop::bench
