// SPDX-License-Identifier: MIT
// Ending a run.
#include "loop/ops/cancel_run.h"

#include "ops/described_operation.hpp"
#include "ops/run_answer.hpp"
#include "ops/run_lookup.hpp"

namespace loop {

template <class Visitor>
void describe(Visitor& visit, CancelRunRequest& request) {
  using ops::field;
  visit(field("run_id", request.run_id, "id of the run").required().range(1, 255));
  visit(field("reason", request.reason, "why, for the journal").range(1, 400));
}

template <class Visitor>
void describe(Visitor& visit, CancelRunAnswer& answer) {
  visit(ops::field("run", answer.run, "as it stands now; its processes have 30 s to end"));
}

Result<CancelRunAnswer> cancel_run(const OperationContext& context,
                                   const CancelRunRequest& request) {
  LOOP_TRY(const RunSummary found, ops::find_run(context, request.run_id));
  LOOP_TRY(auto engine, Engine::open(context.services, context.engine, EngineRole::visitor));
  LOOP_TRY_VOID(engine->cancel(found.id, request.reason, context.now()));
  const RunSummary* run = engine->history().find(found.id);
  return CancelRunAnswer{run_answer(run != nullptr ? *run : found)};
}

namespace {

constexpr OperationInfo kInfo{
    .name = "cancel_run",
    .title = "Cancel a run",
    .meaning =
        "Ends a run with everything it started and delegated: SIGTERM, and SIGKILL after 30 s. To "
        "stop later runs of a schedule use manage_schedules.",
    .group = OperationGroup::runs,
    .hints = {.is_destructive = true},
};

}  // namespace

}  // namespace loop

LOOP_DEFINE_OPERATION(cancel_run, loop::kInfo)
