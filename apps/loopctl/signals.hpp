// SPDX-License-Identifier: MIT
// Requests to stop that arrive as signals.
#pragma once

#include "exit_codes.hpp"

namespace loopctl {

// From now on SIGINT, SIGTERM and SIGHUP only note that they came (and interrupt waits); a closed
// pipe is an error of write, no end of the process. A second SIGINT ends the process at once.
void catch_stop_signals();

// The signal that came; 0: none.
int stop_signal();

// 130 for SIGINT, 143 for the others.
ExitCode exit_code_of_signal(int signal_number);

}  // namespace loopctl
