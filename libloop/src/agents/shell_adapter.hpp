// SPDX-License-Identifier: MIT
// The prompt as a script: an agent for jobs that need no model.
#pragma once

#include <memory>

#include "loop/agents/adapter.h"

namespace loop {

Result<std::unique_ptr<AgentAdapter>> make_shell_adapter(const AgentDefinition& definition,
                                                         const std::string& zone);

}  // namespace loop
