// SPDX-License-Identifier: MIT
// `loopctl runs logs`, and finding a run by the beginning of its id.
#pragma once

#include "loop/engine/run_record.h"
#include "invocation.hpp"

namespace loopctl {

loop::Result<ExitCode> run_logs(Invocation& call);

// not_found with a suggestion; conflict when several ids begin so.
loop::Result<loop::RunSummary> find_run(const loop::History& history,
                                        const std::string& id_or_prefix);

}  // namespace loopctl
