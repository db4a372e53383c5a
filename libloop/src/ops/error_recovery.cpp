// SPDX-License-Identifier: MIT
// What follows from the failure of an operation.
#include "loop/ops/error_recovery.h"

#include "loop/base/text.h"
#include "loop/store/recovery.h"
#include "ops/current_mode.hpp"
#include "ops/described_operation.hpp"
#include "ops/error_facts.hpp"
#include "ops/failure_count.hpp"
#include "ops/file_guard.hpp"
#include "ops/integrity_checks.hpp"
#include "ops/rollback.hpp"
#include "ops/stale_leftovers.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace loop::ops {

template <>
struct Words<RecoveryStrategy> {
  static constexpr std::array<std::pair<RecoveryStrategy, std::string_view>, 4> all{
      {{RecoveryStrategy::retry, "retry"},
       {RecoveryStrategy::rollback, "rollback"},
       {RecoveryStrategy::cleanup, "cleanup"},
       {RecoveryStrategy::escalate, "escalate"}}};
};

}  // namespace loop::ops

namespace loop {

template <class Visitor>
void describe(Visitor& visit, ErrorRecoveryRequest& request) {
  using ops::field;
  visit(field("operation", request.operation, "what failed, always in the same words")
            .told()
            .required()
            .range(1, 100));
  visit(field("error_context", request.error_context,
              "error, code, command, mode, file_path, backup_path, checkpoint; resolved: true when "
              "it works again")
            .told()
            .required());
  visit(field("recovery_strategy", request.recovery_strategy, "by what is wrong when not given"));
  visit(field("create_checkpoint", request.create_checkpoint, "before anything is changed"));
}

template <class Visitor>
void describe(Visitor& visit, ErrorRecoveryRestored& restored) {
  using ops::field;
  visit(field("file_path", restored.file_path, "without links"));
  visit(field("restored_from", restored.restored_from, "path of the copy"));
  visit(field("sha256", restored.sha256, "verified before anything changed"));
}

template <class Visitor>
void describe(Visitor& visit, ErrorRecoveryAnswer& answer) {
  using ops::field;
  visit(field("operation", answer.operation, "what failed"));
  visit(field("mode", answer.mode, "the failure is counted by mode and operation"));
  visit(field("strategy", answer.strategy, "retry, rollback, cleanup, escalate, or resolved"));
  visit(field("reason", answer.reason, "why this strategy"));
  visit(field("done", answer.done, "what was done, a sentence each"));
  visit(field("consecutive_failures", answer.consecutive_failures, "this one included"));
  visit(field("failure_limit", answer.failure_limit, "so many in a row escalate"));
  visit(field("escalated", answer.is_escalated, "by this failure"));
  visit(field("rests_until", answer.rests_until, "while it is escalated"));
  visit(field("retry_advised", answer.is_retry_advised, "whether another try may help"));
  visit(field("retry_delay_seconds", answer.retry_delay_seconds, "to wait before the next try"));
  visit(field("restored", answer.restored, "files that were put back"));
  visit(field("removed", answer.removed, "paths of what was stale"));
  visit(field("checkpoint", answer.checkpoint, "of the files before anything was changed"));
  visit(field("problem", answer.problem, "why the strategy did not do what it should"));
}

namespace {

using Strategy = RecoveryStrategy;

// The operation's mode must not fail because a file of modes does.
ModeSlug mode_of(const OperationContext& context, const ops::ErrorFacts& facts) {
  if (facts.mode) return *facts.mode;
  const auto current = ops::read_current_mode(context.services.files);
  return current && *current ? (*current)->mode : ModeSlug("code");
}

// The same call will fail in the same way, as operation_code says of it.
bool is_worth_retrying(std::string_view code) {
  constexpr std::array<std::string_view, 10> kLasting{
      "invalid_argument", "invalid_data", "not_found",   "outside_root", "too_large",
      "limit_reached",    "not_trusted",  "unsupported", "read_only",    "no_space"};
  return std::ranges::find(kLasting, code) == kLasting.end();
}

struct Choice {
  Strategy strategy = Strategy::retry;
  std::string reason;
};

// Everything that is known before something is done.
struct Findings {
  ops::ErrorFacts facts;
  std::vector<ops::DamagedFile> damaged;
  std::vector<ops::Leftover> leftovers;
  ops::RollbackPlan rollback;
};

Choice choose(const Findings& findings, const FailureVerdict& verdict) {
  if (!findings.damaged.empty()) {
    const ops::DamagedFile& file = findings.damaged.front();
    return {Strategy::rollback, fmt::format("{} is damaged: {}", ops::shown(file.path), file.what)};
  }
  if (!findings.leftovers.empty()) {
    return {Strategy::cleanup, fmt::format("{} stale leftovers, like {}", findings.leftovers.size(),
                                           ops::shown(findings.leftovers.front().path))};
  }
  if (verdict.escalated) {
    return {Strategy::escalate,
            fmt::format("it failed {} times in a row", verdict.state.consecutive)};
  }
  return {Strategy::retry, "no file is damaged, nothing is stale"};
}

Result<Findings> look(const OperationContext& context, ops::ErrorFacts facts) {
  Findings findings{.facts = std::move(facts)};
  LOOP_TRY(findings.damaged, ops::find_damaged_files(context));
  LOOP_TRY(findings.leftovers, ops::find_leftovers(context));
  LOOP_TRY(findings.rollback, ops::plan_rollback(context, findings.facts, findings.damaged));
  return findings;
}

// One call, after its arguments were found right.
class Recovery {
 public:
  Recovery(const OperationContext& context, const Findings& findings, ErrorRecoveryAnswer& answer)
      : context_(context), findings_(findings), answer_(answer) {}

  void act(Strategy strategy) {
    switch (strategy) {
      case Strategy::rollback: roll_back(); break;
      case Strategy::cleanup: clean_up(); break;
      case Strategy::escalate:
      case Strategy::retry: break;  // counting has done it, and every answer gives the delay
    }
  }

  void make_checkpoint() {
    const EngineContext& services = context_.services;
    CheckpointStore store(services.files, services.clock, services.random);
    const auto made = store.make(ops::orchestrator_files());
    if (!made) return tell_problem(made.error().message());
    if (!*made) return;
    answer_.checkpoint = (*made)->path.str();
  }

 private:
  void tell_problem(std::string_view what) {
    answer_.is_success = false;
    answer_.problem = answer_.problem ? fmt::format("{}; {}", *answer_.problem, what) : what;
  }

  void roll_back() {
    if (findings_.rollback.files.empty()) {
      tell_problem("no file is damaged; name what to put back in error_context.file_path");
    }
    for (const RelativePath& file : findings_.rollback.files) {
      auto restored = ops::roll_back(context_, findings_.rollback, file);
      if (!restored) {
        tell_problem(restored.error().message());
      } else if (!*restored) {
        answer_.done.push_back(fmt::format("{} is right as it is", ops::shown(file)));
      } else {
        answer_.done.push_back(fmt::format("{} was put back from {}", (*restored)->file_path,
                                           (*restored)->restored_from));
        answer_.restored.push_back(std::move(**restored));
      }
    }
  }

  void clean_up() {
    for (const ops::Leftover& leftover : findings_.leftovers) {
      const auto is_removed = ops::remove_leftover(context_, leftover);
      if (!is_removed) tell_problem(is_removed.error().message());
      if (!is_removed || !*is_removed) continue;
      answer_.removed.push_back(ops::shown(leftover.path));
      answer_.done.push_back(fmt::format("{} was removed", ops::shown(leftover.path)));
    }
    repair();
    const auto held = ops::held_locks(context_);
    if (!held) return tell_problem(held.error().message());
    for (const std::string& lock : *held) answer_.done.push_back(lock + ": left alone");
    if (answer_.done.empty()) answer_.done.emplace_back("nothing was stale");
  }

  // Unfinished last lines of the time file and the journal.
  void repair() {
    const EngineContext& services = context_.services;
    const auto report =
        prepare_state(services.files, services.clock, services.random, services.log,
                      {.allow_network_fs = context_.engine.config.allow_network_fs});
    if (!report) return tell_problem(report.error().message());
    answer_.done.insert(answer_.done.end(), report->actions.begin(), report->actions.end());
  }

  const OperationContext& context_;
  const Findings& findings_;
  ErrorRecoveryAnswer& answer_;
};

std::int64_t whole_seconds(Duration duration) {
  return std::chrono::ceil<std::chrono::seconds>(duration).count();
}

void advise(const OperationContext& context, const Findings& findings, const FailureState& state,
            ErrorRecoveryAnswer& answer) {
  const Instant now = context.now();
  const Duration back_off = retry_delay(state.consecutive + 1);
  const bool rests = !may_start(state, now);
  answer.rests_until = state.open_until;
  answer.retry_delay_seconds = whole_seconds(rests ? *state.open_until - now : back_off);
  answer.is_retry_advised = !rests && is_worth_retrying(findings.facts.code);
  if (rests) {
    answer.done.push_back(
        fmt::format("escalated: rests until {}", format_instant(*state.open_until)));
  } else if (!answer.is_retry_advised) {
    answer.done.push_back(
        fmt::format("\"{}\" will not be better by another try as it is", findings.facts.code));
  }
}

void tell_escalation(const ops::CountedFailure& counted, ErrorRecoveryAnswer& answer) {
  answer.is_escalated = counted.verdict.escalated;
  if (!counted.verdict.escalated) return;
  if (counted.memory_problem) {
    answer.problem = counted.memory_problem;
    answer.is_success = false;
  } else {
    answer.done.emplace_back("written to the memory, under Development & Debug Commands");
  }
  answer.done.emplace_back(counted.is_notified ? "the operator's notify hook was started"
                                               : "nobody was notified: there is no notify hook");
}

Result<ErrorRecoveryAnswer> resolve(const OperationContext& context,
                                    const ErrorRecoveryRequest& request, ErrorRecoveryAnswer answer,
                                    const Findings& findings) {
  if (request.recovery_strategy) {
    return Error(Errc::invalid_argument,
                 "recovery_strategy does not go with error_context.resolved: there is no error");
  }
  LOOP_TRY(const int failures,
           ops::close_failures(context, ops::operation_key(answer.mode, answer.operation)));
  answer.strategy = "resolved";
  answer.reason = "error_context says that it works again";
  answer.done.push_back(
      failures == 0 ? "no failure was counted"
                    : fmt::format("{} failures in a row are over; counting from zero", failures));
  if (request.create_checkpoint) Recovery(context, findings, answer).make_checkpoint();
  return answer;
}

}  // namespace

Result<ErrorRecoveryAnswer> error_recovery(const OperationContext& context,
                                           const ErrorRecoveryRequest& request) {
  ErrorRecoveryAnswer answer{.operation = to_single_line(trim(request.operation))};
  if (answer.operation.empty()) {
    return Error(Errc::invalid_argument, "argument \"operation\" is blank; name what failed");
  }
  LOOP_TRY(ops::ErrorFacts facts, ops::read_error_facts(request.error_context));
  answer.mode = mode_of(context, facts);
  answer.failure_limit = context.engine.config.failure_limit;
  const bool is_resolved = facts.is_resolved;
  LOOP_TRY(const Findings findings, look(context, std::move(facts)));
  if (is_resolved) return resolve(context, request, std::move(answer), findings);

  const auto when = request.recovery_strategy == Strategy::escalate ? ops::EscalateWhen::now
                                                                    : ops::EscalateWhen::at_limit;
  LOOP_TRY(const ops::CountedFailure counted,
           ops::count_failure(context,
                              {.mode = answer.mode,
                               .operation = answer.operation,
                               .error = findings.facts.error,
                               .command = findings.facts.command},
                              when));
  answer.consecutive_failures = counted.verdict.state.consecutive;
  tell_escalation(counted, answer);
  const Choice choice = request.recovery_strategy
                            ? Choice{*request.recovery_strategy, "it was asked for"}
                            : choose(findings, counted.verdict);
  answer.strategy = ops::word_of(choice.strategy);
  answer.reason = choice.reason;
  Recovery recovery(context, findings, answer);
  if (request.create_checkpoint) recovery.make_checkpoint();
  recovery.act(choice.strategy);
  advise(context, findings, counted.verdict.state, answer);
  return answer;
}

namespace {

constexpr OperationInfo kInfo{
    .name = "error_recovery",
    .title = "Recover from an error",
    .meaning =
        "Call it when an operation failed: counts it (3 in a row escalate), then restores, cleans "
        "up, escalates or says when to retry.",
    .group = OperationGroup::development,
    .hints = {.is_destructive = true},
};

}  // namespace

}  // namespace loop

LOOP_DEFINE_OPERATION(error_recovery, loop::kInfo)
