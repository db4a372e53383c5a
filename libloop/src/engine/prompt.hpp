// SPDX-License-Identifier: MIT
// The text that an agent is given: its mode's role and instructions, and the task.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "loop/domain/modes.h"
#include "loop/domain/schedule.h"
#include "loop/domain/workflow.h"

namespace loop {

// For agents that read prose. A `shell` agent gets the task's instructions alone: they are a
// script.
std::string build_prompt(const Mode& mode, const Schedule& schedule,
                         const std::optional<WorkflowPosition>& position);

}  // namespace loop
