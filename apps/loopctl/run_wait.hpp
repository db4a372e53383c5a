// SPDX-License-Identifier: MIT
// Waiting for the end of a run that this call has started.
#pragma once

#include "session.hpp"

namespace loopctl {

// Prints the run's id; with --wait the exit code follows from how the run ended. A signal or
// --timeout end the waiting, never the run.
loop::Result<ExitCode> report_or_wait(Invocation& call, Session& session, loop::Engine& engine,
                                      const loop::RunId& run);

ExitCode exit_code_of_run(const loop::RunSummary& run);

}  // namespace loopctl
