// SPDX-License-Identifier: MIT
// Which agents there are, and what their programs say of their version.
#pragma once

#include <vector>

#include "loop/ops/get_system_status.h"

namespace loop::ops {

// The built-in agents and the configured ones, by name; scripts have no program of their own.
// Starts each program that is found, with --version, for at most ten seconds.
Result<std::vector<DependencyAnswer>> find_dependencies(const OperationContext& context);

}  // namespace loop::ops
