// SPDX-License-Identifier: MIT
// Delegating, and waiting for the end if asked to.
#include "loop/ops/delegate_task.h"

#include <algorithm>

#include "loop/base/text.h"
#include "loop/engine/delegation.h"
#include "loop/engine/run_record.h"
#include "ops/described_operation.hpp"
#include "ops/priority_words.hpp"

namespace loop {

template <class Visitor>
void describe(Visitor& visit, DelegateTaskRequest& request) {
  using ops::field;
  visit(field("task_description", request.task_description, "what is to be done")
            .required()
            .range(1, 100'000));
  visit(field("target_mode", request.target_mode, "chosen by the task when absent").told());
  visit(field("priority", request.priority, "priority of its time row"));
  visit(field("context", request.context, "what the agent should know").range(0, 100'000));
  visit(field("requirements", request.requirements, "what the result has to meet").range(0, 50));
  visit(field("deadline", request.deadline, "it has to be over by then"));
  visit(field("agent", request.agent, "name of the agent; the default one when not given"));
  visit(field("wait_seconds", request.wait_seconds, "how long to wait for the end")
            .range(0, kDelegateWaitSecondsMax));
  visit(field("timeout_seconds", request.timeout_seconds, "how long it may run").range(1, 7200));
}

template <class Visitor>
void describe(Visitor& visit, DelegateTaskScore& score) {
  visit(ops::field("mode", score.mode, "slug"));
  visit(ops::field("score", score.score, "how well its words match the task's"));
}

template <class Visitor>
void describe(Visitor& visit, DelegateTaskAnswer& answer) {
  using ops::field;
  visit(field("task_id", answer.task_id, "id of the run, for get_run and cancel_run"));
  visit(field("mode_assigned", answer.mode_assigned, "slug of its mode"));
  visit(field("scores", answer.scores, "modes by how well they match, the best first"));
  visit(field("status", answer.status, "waiting, starting, running, or how it ended"));
  visit(field("run_directory", answer.run_directory, "prompt, output and result").path());
  visit(field("deadline", answer.deadline, "its latest end"));
  visit(field("depth", answer.depth, "levels from the root of its tree, which is 1"));
  visit(field("answer", answer.answer, "what the agent said last, once it is over"));
  visit(field("reason", answer.reason, "why it failed or waits"));
}

namespace {

constexpr Duration kStepEvery = std::chrono::milliseconds{100};
constexpr std::size_t kScoresMax = 5;

DelegationRequest to_delegation(const OperationContext& context,
                                const DelegateTaskRequest& request) {
  DelegationRequest delegation;
  delegation.task = request.task_description;
  delegation.mode = request.target_mode;
  delegation.priority = request.priority;
  delegation.context = request.context;
  delegation.requirements = request.requirements;
  delegation.deadline = request.deadline;
  delegation.agent = request.agent.value_or("");
  if (request.timeout_seconds) delegation.timeout = std::chrono::seconds{*request.timeout_seconds};
  if (context.caller.run) {
    delegation.caller =
        DelegationCaller{*context.caller.run, context.caller.depth, context.caller.deadline};
  }
  return delegation;
}

// Steps until the run is over, the time is, or the caller gave up.
Status wait_for_end(const OperationContext& context, Engine& engine, const RunId& id,
                    Duration limit) {
  Clock& clock = context.services.clock;
  const Duration begun = clock.monotonic();
  for (;;) {
    LOOP_TRY_VOID(engine.step(clock.now()));
    const RunSummary* run = engine.history().find(id);
    const Duration waited = clock.monotonic() - begun;
    if (run == nullptr || !run->is_live() || waited >= limit) return {};
    LOOP_TRY_VOID(context.check_cancelled());
    context.report(static_cast<std::uint64_t>(waited.count()),
                   static_cast<std::uint64_t>(limit.count()), to_string(run->phase));
    clock.sleep(std::min(kStepEvery, limit - waited));
  }
}

Status fill_from_run(const OperationContext& context, const RunSummary& run,
                     DelegateTaskAnswer& answer) {
  answer.status = run.is_live() ? std::string(to_string(run.phase)) : run.end;
  if (!run.reason.empty()) answer.reason = run.reason;
  if (run.is_live()) return {};
  answer.is_success = run.end == to_string(AttemptEnd::succeeded);
  RunDirectory directory(context.services.files, context.services.random, run.id);
  LOOP_TRY(const auto result, directory.result(run.launch));
  if (result) answer.answer = result->outcome.answer;
  return {};
}

}  // namespace

Result<DelegateTaskAnswer> delegate_task(const OperationContext& context,
                                         const DelegateTaskRequest& request) {
  if (is_blank(request.task_description)) {
    return Error(Errc::invalid_argument,
                 "argument \"task_description\" is blank: say what has to be done");
  }
  LOOP_TRY(auto engine, Engine::open(context.services, context.engine, EngineRole::visitor));
  LOOP_TRY(const Delegation delegation,
           engine->delegate(to_delegation(context, request), context.now()));
  if (request.wait_seconds > 0) {
    LOOP_TRY_VOID(
        wait_for_end(context, *engine, delegation.run, std::chrono::seconds{request.wait_seconds}));
  }
  DelegateTaskAnswer answer{.task_id = delegation.run,
                            .mode_assigned = delegation.mode,
                            .status = std::string(to_string(delegation.phase)),
                            .run_directory = delegation.directory,
                            .deadline = delegation.deadline,
                            .depth = delegation.depth};
  for (const ModeScore& score : delegation.scores) {
    if (answer.scores.size() < kScoresMax) answer.scores.push_back({score.mode, score.score});
  }
  if (const RunSummary* run = engine->history().find(delegation.run)) {
    LOOP_TRY_VOID(fill_from_run(context, *run, answer));
  }
  return answer;
}

Result<std::optional<DelegationView>> view_delegation(const OperationContext& context,
                                                      const RunId& id) {
  const EngineContext& services = context.services;
  if (!is_run_id(id.str())) return std::optional<DelegationView>{};
  LOOP_TRY(const History history, settled_history(services, context.engine));
  const RunSummary* run = history.find(id);
  if (run == nullptr || !is_delegation_key(run->schedule)) return std::optional<DelegationView>{};
  DelegationView view{.run = *run, .answer = {.task_id = id, .mode_assigned = run->mode}};
  RunDirectory directory(services.files, services.random, id);
  view.answer.run_directory = directory.path().str();
  view.answer.depth = run->depth;
  LOOP_TRY(const auto intent, directory.intent());
  const Instant begun = run->first_start.value_or(run->claimed);
  view.answer.deadline = begun + (intent ? intent->timeout_total : Duration{});
  LOOP_TRY_VOID(fill_from_run(context, *run, view.answer));
  return std::optional(std::move(view));
}

boost::json::object to_json(const OperationContext& context, const DelegateTaskAnswer& answer) {
  return ops::answer_json(context, answer);
}

namespace {

constexpr OperationInfo kInfo{
    .name = "delegate_task",
    .title = "Delegate a task",
    .meaning =
        "Gives work to another agent, once, as a process of its own; answers at once or after "
        "wait_seconds. Follow it by get_run. At most 5 levels and 2 hours a tree. For repeated "
        "work use manage_schedules.",
    .group = OperationGroup::orchestrator,
    .hints = {.is_open_world = true},
};

}  // namespace

}  // namespace loop

LOOP_DEFINE_OPERATION(delegate_task, loop::kInfo)
