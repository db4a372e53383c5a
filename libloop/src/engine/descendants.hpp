// SPDX-License-Identifier: MIT
// Ending what a run has delegated, from the run's own runner.
#pragma once

#include <string>

#include "loop/base/clock.h"
#include "loop/base/ids.h"
#include "loop/base/log.h"
#include "loop/base/random.h"
#include "loop/store/file_system.h"

namespace loop {

// Leaves a request to stop in the folders of all live runs below `run`; their runners see it at
// their next look, and one that has not begun yet will not start its agent. Reads the journal only
// if the run has delegated anything.
Status end_descendants(FileSystem& files, Clock& clock, RandomSource& random, Log& log,
                       const RunId& run, const std::string& reason);

}  // namespace loop
