// SPDX-License-Identifier: MIT
// The definition of an agent by its name, and the program that it would start.
#pragma once

#include <string>

#include "loop/ops/operation.h"

namespace loop::ops {

// A configured agent, else a built-in one; null when there is none. Valid as long as `config`.
const AgentDefinition* find_agent(const Config& config, const std::string& name);

// The absolute path of its program; empty when a launch would not find it.
std::string agent_program(const OperationContext& context, const AgentDefinition& agent);

}  // namespace loop::ops
