// SPDX-License-Identifier: MIT
// The operation that ends a run.
#pragma once

#include <string>

#include "loop/ops/operation.h"
#include "loop/ops/run_answer.h"

namespace loop {

struct CancelRunRequest {
  RunId run_id;
  std::string reason = "cancelled by request";
};

struct CancelRunAnswer {
  RunAnswer run;  // as it stands right after the request; its processes may take 30 s to end
};

// not_found for an unknown run, conflict for one that is over.
Result<CancelRunAnswer> cancel_run(const OperationContext& context,
                                   const CancelRunRequest& request);

}  // namespace loop
