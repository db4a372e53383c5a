// SPDX-License-Identifier: MIT
// Bringing the fields of schedules.json that show the journal's state up to it.
#pragma once

#include <cstdint>

#include "loop/ops/operation.h"

namespace loop::ops {

// How many schedules were wrong. An engine at work computes the same values from the same journal.
Result<std::int64_t> refresh_mirror(const OperationContext& context);

}  // namespace loop::ops
