// SPDX-License-Identifier: MIT
// The real clock.
#include "loop/base/clock.h"

#include <cerrno>
#include <ctime>

namespace loop {

namespace {

template <class Unit = Duration>
Unit read_clock(clockid_t id) {
  timespec time{};
  clock_gettime(id, &time);
  return std::chrono::duration_cast<Unit>(std::chrono::seconds{time.tv_sec} +
                                          std::chrono::nanoseconds{time.tv_nsec});
}

}  // namespace

Instant SystemClock::now() const { return Instant{read_clock(CLOCK_REALTIME)}; }

Duration SystemClock::monotonic() const { return read_clock(CLOCK_MONOTONIC); }

std::chrono::microseconds SystemClock::stopwatch() const {
  return read_clock<std::chrono::microseconds>(CLOCK_MONOTONIC);
}

void SystemClock::sleep(Duration duration) {
  timespec left{};
  left.tv_sec = duration.count() / 1000;
  left.tv_nsec = (duration.count() % 1000) * 1'000'000;
  while (clock_nanosleep(CLOCK_MONOTONIC, 0, &left, &left) == EINTR) {
  }
}

}  // namespace loop
