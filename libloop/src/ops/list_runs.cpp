// SPDX-License-Identifier: MIT
// Listing runs.
#include "loop/ops/list_runs.h"

#include <algorithm>

#include "ops/described_operation.hpp"
#include "ops/run_answer.hpp"

namespace loop {

namespace ops {

template <>
struct Words<RunState> {
  static constexpr std::array<std::pair<RunState, std::string_view>, 4> all{
      {{RunState::all, "all"},
       {RunState::live, "live"},
       {RunState::finished, "finished"},
       {RunState::failed, "failed"}}};
};

}  // namespace ops

template <class Visitor>
void describe(Visitor& visit, ListRunsRequest& request) {
  using ops::field;
  visit(field("schedule_id", request.schedule_id, "runs of this schedule only"));
  visit(field("state", request.state, "which runs"));
  visit(field("limit", request.limit, "how many at most").range(1, kListRunsMax));
}

template <class Visitor>
void describe(Visitor& visit, ListRunsAnswer& answer) {
  using ops::field;
  visit(field("runs", answer.runs, "newest first"));
  visit(field("total", answer.total, "that match, also beyond the limit"));
}

namespace {

bool matches(const RunSummary& run, const ListRunsRequest& request) {
  if (request.schedule_id && run.schedule != *request.schedule_id) return false;
  switch (request.state) {
    case RunState::all: return true;
    case RunState::live: return run.is_live();
    case RunState::finished: return !run.is_live();
    case RunState::failed: return !run.is_live() && run.end != to_string(AttemptEnd::succeeded);
  }
  return false;
}

}  // namespace

Result<ListRunsAnswer> list_runs(const OperationContext& context, const ListRunsRequest& request) {
  const EngineContext& services = context.services;
  LOOP_TRY(const History history, settled_history(services, context.engine));
  std::vector<const RunSummary*> found;
  for (const RunSummary& run : history.finished()) {
    if (matches(run, request)) found.push_back(&run);
  }
  for (const auto& [id, run] : history.live()) {
    if (matches(run, request)) found.push_back(&run);
  }
  std::ranges::stable_sort(
      found, [](const RunSummary* a, const RunSummary* b) { return a->claimed > b->claimed; });
  ListRunsAnswer answer;
  answer.total = static_cast<int>(found.size());
  found.resize(std::min(found.size(), static_cast<std::size_t>(request.limit)));
  for (const RunSummary* run : found) answer.runs.push_back(run_answer(*run));
  return answer;
}

namespace {

constexpr OperationInfo kInfo{
    .name = "list_runs",
    .title = "List runs",
    .meaning =
        "Runs of agents, newest first: what runs, what waits, how the last ones ended. For one of "
        "them use get_run.",
    .group = OperationGroup::runs,
    .hints = {.is_read_only = true, .is_idempotent = true},
};

}  // namespace

}  // namespace loop

LOOP_DEFINE_OPERATION(list_runs, loop::kInfo)
