// SPDX-License-Identifier: MIT
// From a run's state to a task's.
#include "loop_tasks.hpp"

#include <boost/json.hpp>

#include "loop_tools.hpp"
#include "mcp/server/feature_json.hpp"

namespace loop_mcp {

using Status = mcp::TaskState::Status;

std::optional<mcp::TaskState> LoopTasks::find(const std::string& id) {
  auto found = calls_.delegation(id);
  if (!found) return std::nullopt;
  const loop::RunSummary& run = found->run;
  mcp::TaskState state{.id = id, .message = std::string(to_string(run.phase))};
  if (!run.reason.empty()) state.message += ": " + run.reason;
  state.created = run.claimed;
  state.updated = run.ended.value_or(run.started.value_or(run.claimed));
  if (run.is_live()) return state;
  if (run.end == to_string(loop::AttemptEnd::cancelled)) {
    state.status = Status::cancelled;
    return state;
  }
  state.status = Status::completed;
  state.result = mcp::to_json(tool_result(std::move(found->answer)), mcp::kNewestModern);
  (*state.result)["resultType"] = "complete";
  return state;
}

void LoopTasks::cancel(const std::string& id) { calls_.cancel_run(id); }

}  // namespace loop_mcp
