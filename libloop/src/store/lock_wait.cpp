// SPDX-License-Identifier: MIT
// Timed locking.
#include "store/lock_wait.hpp"

#include <algorithm>
#include <cerrno>

namespace loop {

namespace {

// Holders keep a lock for about one fdatasync (0.2 ms) to one replacement (5 ms); waiting longer
// than this between two tries would leave the lock idle.
constexpr Duration kBackOffMax{16};

// Who has waited long tries more often than those who came later, so that nobody is passed by until
// the limit.
Duration back_off_max(Duration waited, Duration limit) {
  if (waited < limit / 4) return kBackOffMax;
  return waited < limit / 2 ? kBackOffMax / 4 : Duration{1};
}

}  // namespace

Result<bool> wait_for_lock(OpenFile& file, Clock& clock, Duration limit) {
  const Duration start = clock.monotonic();
  Duration back_off{1};
  while (true) {
    auto is_held = file.try_lock(LockMode::exclusive);
    if (!is_held && is_held.error().cause() != EINTR) return is_held;
    if (is_held && *is_held) return true;
    const Duration waited = clock.monotonic() - start;
    if (waited >= limit) return false;
    back_off = std::min(back_off, back_off_max(waited, limit));
    clock.sleep(std::min(back_off, limit - waited));
    back_off *= 2;
  }
}

}  // namespace loop
