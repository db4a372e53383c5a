// SPDX-License-Identifier: MIT
// The operations as tools.
#pragma once

#include <string>
#include <vector>

#include "loop/base/result.h"
#include "mcp/server/features.hpp"
#include "workspace_calls.hpp"

namespace loop_mcp {

enum class Access { read_write, read_only };

struct ToolSelection {
  std::string tools = "all";  // all, core (without run control), or names with commas
  Access access = Access::read_write;
};

// An operation's answer as a tool gives it.
mcp::ToolResult tool_result(boost::json::object answer);

// In the order of the table. invalid_argument for a name that no tool has. Borrows `calls`.
loop::Result<std::vector<mcp::Tool>> make_tools(WorkspaceCalls& calls,
                                                const ToolSelection& selection);

}  // namespace loop_mcp
