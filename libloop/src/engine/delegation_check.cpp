// SPDX-License-Identifier: MIT
// Checking delegations.
#include "engine/delegation_check.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "loop/base/text.h"
#include "loop/engine/run_tree.h"

namespace loop {

namespace {

Error cannot_delegate(const RunId& run, std::string_view why) {
  return Error(Errc::conflict, fmt::format("run \"{}\" cannot delegate: {}", run.str(), why));
}

bool holds_nul(std::string_view text) { return text.find('\0') != std::string_view::npos; }

}  // namespace

Status check_form(const DelegationRequest& request) {
  if (is_blank(request.task)) {
    return Error(Errc::invalid_argument, "the task is empty: say what has to be done");
  }
  std::size_t bytes = request.task.size() + request.context.size();
  bool has_nul = holds_nul(request.task) || holds_nul(request.context);
  for (const std::string& requirement : request.requirements) {
    bytes += requirement.size();
    has_nul = has_nul || holds_nul(requirement);
  }
  if (bytes > kDelegationTextBytesMax) {
    return Error(Errc::too_large, fmt::format("task, context and requirements have {} bytes; at "
                                              "most {} are allowed",
                                              bytes, kDelegationTextBytesMax));
  }
  if (has_nul) {
    return Error(Errc::invalid_argument,
                 "task_description, context and requirements may not hold NUL bytes");
  }
  if (request.timeout && *request.timeout < kDelegationTimeLeast) {
    return Error(Errc::invalid_argument, fmt::format("the time limit is {}; at least {} is allowed",
                                                     format_duration(*request.timeout),
                                                     format_duration(kDelegationTimeLeast)));
  }
  return {};
}

Status DelegationCheck::check_caller(const ModeSlug& mode) {
  if (!request_.caller) return {};
  const RunId& caller = request_.caller->run;
  path_ = path_of(history_, caller);
  if (path_.empty()) return cannot_delegate(caller, "this workspace has no such run");
  for (const RunSummary& run : path_) LOOP_TRY_VOID(check_at_work(run));
  if (!path_.back().parent.empty()) {
    return cannot_delegate(caller, "the run at the top of its tree is over");
  }
  const int level = std::max(path_.front().depth, request_.caller->depth);
  if (level >= kDelegationDepthMax) {
    return Error(Errc::limit_reached,
                 fmt::format("run \"{}\" is on level {} of at most {}: it cannot delegate",
                             caller.str(), level, kDelegationDepthMax));
  }
  depth_ = level + 1;
  const std::size_t live = live_descendants(history_, path_.back().id).size() + 1;
  if (live >= static_cast<std::size_t>(kDelegationTreeRunsMax)) {
    return Error(Errc::limit_reached,
                 fmt::format("{} of {} runs of this tree are active: wait for one to end", live,
                             kDelegationTreeRunsMax));
  }
  for (const RunSummary& run : path_) LOOP_TRY_VOID(check_other_task(run, mode));
  return {};
}

Status DelegationCheck::check_at_work(const RunSummary& run) const {
  if (!run.is_live()) return cannot_delegate(run.id, "it is over");
  if (!run.has_process()) {
    return cannot_delegate(run.id, fmt::format("it is {}", to_string(run.phase)));
  }
  RunDirectory directory(context_.files, context_.random, run.id);
  LOOP_TRY(const auto stop, directory.stop(run.launch));
  if (stop) return cannot_delegate(run.id, "it was asked to end");
  LOOP_TRY(const auto result, directory.result(run.launch));
  if (result) return cannot_delegate(run.id, "it has just ended");
  return {};
}

Status DelegationCheck::check_other_task(const RunSummary& run, const ModeSlug& mode) const {
  LOOP_TRY(const auto intent, intent_of(run.id));
  const bool is_same = intent && intent->mode == mode &&
                       normalise_task(intent->task) == normalise_task(request_.task);
  if (!is_same) return {};
  return Error(Errc::conflict,
               fmt::format("run \"{}\" works on this task in mode \"{}\" already, and asked for "
                           "this run or for one above it: the task would go round in circles",
                           run.id.str(), mode.str()));
}

Status DelegationCheck::check_rest(const ModeSlug& mode) const {
  const ScheduleId key = delegation_key(mode);
  const FailureState& failures = history_.of(key).failures;
  const auto rests = [&](const std::string& what) {
    return Error(Errc::limit_reached,
                 fmt::format("delegation to mode \"{}\" rests after {} failures in a row: {}; "
                             "`loopctl escalation ack {}` ends that",
                             mode.str(), failures.consecutive, what, key.str()));
  };
  if (!may_start(failures, now_)) {
    return rests(fmt::format("until {}", format_instant(*failures.open_until)));
  }
  const bool has_trial = std::any_of(history_.live().begin(), history_.live().end(),
                                     [&](const auto& run) { return run.second.schedule == key; });
  if (is_half_open(failures, now_) && has_trial) return rests("its one trial run is active");
  return {};
}

Result<Duration> DelegationCheck::find_time() const {
  DelegationTimes times;
  times.now = now_;
  times.wanted = request_.timeout.value_or(config_.timeout_total);
  times.wanted_deadline = request_.deadline;
  if (path_.empty()) return allowed_time(times);
  const RunSummary& parent = path_.front();
  const RunSummary& root = path_.back();
  times.tree_start = root.first_start.value_or(root.claimed);
  times.parent_deadline = request_.caller->deadline;
  LOOP_TRY(const auto intent, intent_of(parent.id));
  if (intent && intent->timeout_total > Duration{0}) {
    const Instant end = parent.started.value_or(parent.launched) + intent->timeout_total;
    times.parent_deadline = std::min(times.parent_deadline.value_or(end), end);
  }
  return allowed_time(times);
}

Result<std::string> DelegationCheck::find_agent() const {
  const bool is_known = !request_.agent.empty() || !config_.default_agent.empty();
  if (is_known || path_.empty()) return request_.agent;
  LOOP_TRY(const auto intent, intent_of(path_.front().id));
  return intent ? intent->agent.name : std::string{};
}

std::optional<RunId> DelegationCheck::parent() const {
  if (path_.empty()) return std::nullopt;
  return path_.front().id;
}

Result<std::optional<RunIntent>> DelegationCheck::intent_of(const RunId& run) const {
  return RunDirectory(context_.files, context_.random, run).intent();
}

}  // namespace loop
