// SPDX-License-Identifier: MIT
// The operation that lists runs, newest first.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "loop/ops/operation.h"
#include "loop/ops/run_answer.h"

namespace loop {

enum class RunState { all, live, finished, failed };

struct ListRunsRequest {
  std::optional<ScheduleId> schedule_id;
  RunState state = RunState::all;
  int limit = 20;
};

struct ListRunsAnswer {
  std::vector<RunAnswer> runs;
  int total = 0;  // that match, also beyond the limit
};

inline constexpr int kListRunsMax = 200;

Result<ListRunsAnswer> list_runs(const OperationContext& context, const ListRunsRequest& request);

}  // namespace loop
