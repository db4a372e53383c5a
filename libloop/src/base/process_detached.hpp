// SPDX-License-Identifier: MIT
// Starting a process that outlives its parent.
#pragma once

#include "process_image.hpp"

namespace loop {

// The pid of a process in a session of its own. posix_spawn shares the parent's memory until the
// exec, so the size of the parent does not matter, nor do its threads.
Result<int> spawn_detached(const ProcessImage& image, const StandardFiles& files);

}  // namespace loop
