// SPDX-License-Identifier: MIT
// The prompts: the beginning of a loop, its stages, and the report of an escalation.
#pragma once

#include <vector>

#include "mcp/server/features.hpp"
#include "workspace_calls.hpp"

namespace loop_mcp {

// Borrows `calls`.
std::vector<mcp::Prompt> make_prompts(WorkspaceCalls& calls);

}  // namespace loop_mcp
