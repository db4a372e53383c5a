// SPDX-License-Identifier: MIT
// Waiting for the end of a run that this call has started.
#pragma once

#include "invocation.hpp"

namespace loopctl {

// Prints the run's id; with --wait the exit code follows from how the run ended. A signal or
// --timeout end the waiting, never the run.
loop::Result<ExitCode> report_or_wait(Invocation& call, front::Session& session,
                                      loop::Engine& engine, const loop::RunId& run);

// The run once it is over. timed_out, cancelled (a signal; see catch_stop_signals) and unsupported
// (it needs an engine, and none is alive) end the waiting, never the run.
loop::Result<loop::RunSummary> wait_for_run(front::Session& session, loop::Engine& engine,
                                            const loop::RunId& run,
                                            std::optional<loop::Duration> limit);

ExitCode exit_code_of_run(const loop::RunSummary& run);

}  // namespace loopctl
