// SPDX-License-Identifier: MIT
// Where the MCP server's program is: beside the one that runs.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "front/surroundings.hpp"
#include "loop/base/result.h"

namespace front {

// Where loop-mcp is, when it is installed here.
std::string mcp_program(const Surroundings& surroundings);

// Program and arguments that serve the workspace at `root`; nothing when it is not installed here.
std::optional<std::vector<std::string>> mcp_command(const Surroundings& surroundings,
                                                    const std::string& root);

// not_found, naming where it was looked for.
loop::Result<std::vector<std::string>> require_mcp_command(const Surroundings& surroundings,
                                                           const std::string& root);

}  // namespace front
