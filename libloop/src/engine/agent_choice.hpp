// SPDX-License-Identifier: MIT
// Which definition an agent's name stands for.
#pragma once

#include <string>

#include "loop/engine/engine.h"

namespace loop {

// By the configuration, else built-in. invalid_argument without a name, not_found for an unknown
// one, not_trusted for `shell` in a workspace that is not.
Result<AgentDefinition> choose_agent(const EngineOptions& options, const std::string& name);

}  // namespace loop
