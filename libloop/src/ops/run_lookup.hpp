// SPDX-License-Identifier: MIT
// Finding the run that a request names.
#pragma once

#include "loop/ops/operation.h"

namespace loop::ops {

// not_found, with a suggestion.
Result<RunSummary> find_run(const OperationContext& context, const RunId& id);

}  // namespace loop::ops
