// SPDX-License-Identifier: MIT
// Any program as an agent: command and arguments from the operator's configuration.
#pragma once

#include <memory>

#include "line_patterns.hpp"
#include "loop/agents/adapter.h"

namespace loop {

// The kernel takes at most 128 KiB for one argument, its terminating NUL included.
inline constexpr std::size_t kArgumentBytesMax = 128 * 1024 - 1;

Result<std::unique_ptr<AgentAdapter>> make_generic_adapter(const AgentDefinition& definition,
                                                           const std::string& zone);

}  // namespace loop
