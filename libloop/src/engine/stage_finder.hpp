// SPDX-License-Identifier: MIT
// Which stage of its workflow a schedule has come to, and what the last one handed over.
#pragma once

#include <optional>

#include "loop/domain/workflow.h"
#include "loop/engine/engine.h"

namespace loop {

// Nothing for a schedule without a workflow. What was found comes from the folder of the
// schedule's last run: the agent's answer, and the reason of a failure.
Result<std::optional<WorkflowPosition>> find_stage(const EngineContext& context,
                                                   const Schedule& schedule,
                                                   const ScheduleHistory& past);

}  // namespace loop
