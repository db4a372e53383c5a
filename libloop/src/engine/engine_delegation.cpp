// SPDX-License-Identifier: MIT
// Delegation: the checks, the time, and the start.
#include <fmt/format.h>

#include "engine/child_log.hpp"
#include "engine/delegation_check.hpp"
#include "engine/engine_core.hpp"
#include "loop/base/text.h"
#include "loop/store/layout.h"

namespace loop {

namespace {

constexpr std::size_t kNameBytesMax = 60;
const ModeSlug kModeFallback{"code"};

std::string name_of(const std::string& task) {
  return fmt::format("delegated: {}",
                     ellipsize(to_valid_utf8(to_single_line(trim(task))), kNameBytesMax));
}

Schedule made_up_schedule(const DelegationRequest& request, const Delegation& made,
                          std::string agent) {
  Schedule schedule;
  schedule.id = delegation_key(made.mode);
  schedule.name = name_of(request.task);
  schedule.mode = made.mode;
  schedule.task_instructions = request.task;
  schedule.loop.timeout = made.timeout;
  schedule.loop.agent = std::move(agent);
  return schedule;
}

}  // namespace

// A root that finds the workspace busy waits for its place if there is an engine to give it one.
Status Engine::Core::check_queue(const DelegationRequest& request) {
  LOOP_TRY(const bool has_engine, FileLock::is_held(context_.files, layout::engine_lock()));
  const char* why = !has_engine        ? "no engine is alive to queue the task"
                    : request.deadline ? "a task with a deadline is not queued"
                                       : nullptr;
  if (why == nullptr) return {};
  return Error(Errc::limit_reached,
               fmt::format("{} of {} runs are active, and {}: `loopctl runs list`",
                           dispatcher_.situation_of(ScheduleId{}).foreground_count,
                           options_.config.parallel_max, why));
}

Status Engine::Core::choose_mode_for(const DelegationRequest& request, Delegation& made) const {
  if (request.mode) {
    LOOP_TRY(const Mode* mode, starter_.modes().require(*request.mode));
    made.mode = mode->slug;
    return {};
  }
  ModeChoice choice = choose_mode(request.task, starter_.modes().modes(), kModeFallback);
  made.mode = choice.mode;
  made.scores = std::move(choice.ranked);
  return {};
}

Result<Delegation> Engine::Core::delegate(const DelegationRequest& request, Instant now) {
  LOOP_TRY_VOID(check_form(request));
  LOOP_TRY(const FileLock guard, lock());
  LOOP_TRY_VOID(ledger_.pull());
  // Without a good schedules.json runs of schedules are settled later; this one needs none.
  if (const Status loaded = load_book(); !loaded) context_.log.info(loaded.error().message());
  LOOP_TRY_VOID(load_modes());
  LOOP_TRY_VOID(settle_runs(now));

  Delegation made;
  LOOP_TRY_VOID(choose_mode_for(request, made));
  DelegationCheck check(context_, options_.config, ledger_.history(), request, now);
  LOOP_TRY_VOID(check.check_caller(made.mode));
  if (const auto problem = dispatcher_.budget_problem(now)) {
    return Error(Errc::limit_reached, fmt::format("budget: {}", *problem));
  }
  LOOP_TRY_VOID(check.check_rest(made.mode));
  LOOP_TRY(made.timeout, check.find_time());
  made.deadline = now + made.timeout;
  made.depth = check.depth();
  made.parent = check.parent();
  made.run = delegated_run_id(made.mode, make_uuid(context_.random));
  made.directory = (layout::runs() / made.run.str()).str();

  LOOP_TRY(std::string agent, check.find_agent());
  const Schedule schedule = made_up_schedule(request, made, std::move(agent));
  const DelegatedTask task{
      made.parent.value_or(RunId{}), made.depth,      request.priority, request.context,
      request.requirements,          request.deadline};
  const StartRequest start{schedule, made.run, std::nullopt, false, {}, &task};
  LOOP_TRY_VOID(starter_.check(start));
  LOOP_TRY_VOID(start_delegated(start, request, now));
  const RunSummary* run = ledger_.history().find(made.run);
  LOOP_CHECK(run != nullptr);
  made.phase = run->phase;
  return made;
}

// The parent's list comes first: its runner looks there whether it has anything to end.
Status Engine::Core::start_delegated(const StartRequest& start, const DelegationRequest& request,
                                     Instant now) {
  if (start.delegated->parent.empty()) {
    const OverlapSituation busy = dispatcher_.situation_of(start.schedule.id);
    if (busy.foreground_count < busy.parallel_max) return starter_.start(start, now);
    LOOP_TRY_VOID(check_queue(request));
    return starter_.queue(start, now);
  }
  ChildRecord child;
  child.time = now;
  child.run = start.run;
  child.mode = start.schedule.mode;
  child.task = request.task;
  LOOP_TRY_VOID(
      add_child(context_.files, context_.clock, context_.log, start.delegated->parent, child));
  return starter_.start(start, now);
}

}  // namespace loop
