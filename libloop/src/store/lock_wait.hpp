// SPDX-License-Identifier: MIT
// Waiting for an flock with a limit, which the kernel's blocking call does not offer.
#pragma once

#include "loop/base/clock.h"
#include "loop/store/file_system.h"

namespace loop {

// Tries at once and then with back-off until `limit` is over. False: still held by someone else.
Result<bool> wait_for_lock(OpenFile& file, Clock& clock, Duration limit);

}  // namespace loop
