// SPDX-License-Identifier: MIT
// Settling runs.
#include "engine/run_follower.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>

#include "engine/child_log.hpp"
#include "engine/failure_rules.hpp"
#include "loop/store/file_lock.h"
#include "loop/store/layout.h"

namespace loop {

namespace {

constexpr Duration kParkDefault = std::chrono::minutes{15};  // a limit without a reset time
constexpr Duration kParkMargin = std::chrono::seconds{30};   // behind the reset time

JournalEntry entry_for(const RunSummary& run, JournalEvent event, Instant time) {
  JournalEntry entry;
  entry.time = time;
  entry.event = event;
  entry.schedule = run.schedule;
  entry.run = run.id;
  entry.slot = run.slot;
  entry.attempt = run.attempt;
  entry.launch = run.launch;
  return entry;
}

JournalEntry finish_entry(const RunSummary& run, AttemptEnd end, const std::string& reason,
                          Instant time) {
  JournalEntry entry = entry_for(run, JournalEvent::finished, time);
  entry.end = to_string(end);
  entry.reason = reason;
  entry.detail = run.stage;
  entry.count = run.round;
  return entry;
}

}  // namespace

RunFollower::RunFollower(const EngineContext& context, const EngineOptions& options,
                         RunLedger& ledger, RunStarter& starter, Consequences& consequences)
    : context_(context),
      options_(options),
      ledger_(ledger),
      starter_(starter),
      consequences_(consequences),
      time_ledger_(context.files, context.clock, context.log) {}

Status RunFollower::settle(const RunSummary& run, const Schedule* schedule, Instant now) {
  switch (run.phase) {
    case RunPhase::claimed: return settle_unstarted(run, schedule, now);
    case RunPhase::starting:
    case RunPhase::running: return follow(run, schedule, now);
    case RunPhase::waiting:
    case RunPhase::ended:
    case RunPhase::retry_wait:
    case RunPhase::parked:
    case RunPhase::finished: return {};
  }
  return {};
}

Status RunFollower::follow(const RunSummary& run, const Schedule* schedule, Instant now) {
  RunDirectory directory(context_.files, context_.random, run.id);
  LOOP_TRY(auto start, directory.started(run.launch));
  if (start && run.phase == RunPhase::starting) LOOP_TRY_VOID(note_start(run, start->time));

  LOOP_TRY(auto result, read_result(run));
  if (!result) {
    LOOP_TRY(const bool is_held,
             FileLock::is_held(context_.files, directory.lock_path(run.launch)));
    if (is_held) return {};
    // The runner ended; its result may have come between the two looks, and so may its start.
    LOOP_TRY(result, read_result(run));
    LOOP_TRY(start, directory.started(run.launch));
  }
  const RunSummary present = *ledger_.history().find(run.id);
  if (result) return conclude(present, *result, schedule, now);
  if (start) return settle_orphan(present, *start, schedule, now);
  return settle_unstarted(present, schedule, now);
}

// A result that cannot be read is damage: the run is settled as abandoned, the file is left alone.
Result<std::optional<AttemptResult>> RunFollower::read_result(const RunSummary& run) {
  RunDirectory directory(context_.files, context_.random, run.id);
  auto result = directory.result(run.launch);
  if (result || result.error().code() != Errc::invalid_data) return result;
  AttemptResult damaged;
  damaged.end = AttemptEnd::abandoned;
  damaged.outcome.outcome = OutcomeClass::protocol;
  damaged.outcome.reason = result.error().message();
  damaged.started = run.started.value_or(run.launched);
  damaged.ended = context_.clock.now();
  return std::optional{damaged};
}

Status RunFollower::note_start(const RunSummary& run, Instant time) {
  starter_.forget(run.id);
  return ledger_.record(entry_for(run, JournalEvent::started, time));
}

Status RunFollower::settle_unstarted(const RunSummary& run, const Schedule* schedule, Instant now) {
  const Duration window =
      schedule != nullptr ? schedule->loop.catchup_window.value_or(options_.config.catchup_window)
                          : options_.config.catchup_window;
  if (run.slot && now - *run.slot > window + options_.config.timeout_total) {
    return finish(run, AttemptEnd::abandoned, "claimed, but not started within the catch-up window",
                  now);
  }
  if (run.phase == RunPhase::claimed) return starter_.launch(run, std::max(run.attempt, 1), 1, now);

  LOOP_TRY(const bool goes_on, starter_.launch_again(run, now));
  if (goes_on) return {};
  AttemptResult failed;
  failed.end = AttemptEnd::failed;
  failed.outcome.outcome = OutcomeClass::config;
  failed.outcome.reason = "the runner could not be started (see runner.log in the run's folder)";
  failed.started = run.launched;
  failed.ended = now;
  return conclude(run, failed, schedule, now);
}

Status RunFollower::settle_orphan(const RunSummary& run, const AttemptStart& start,
                                  const Schedule* schedule, Instant now) {
  RunDirectory directory(context_.files, context_.random, run.id);
  if (context_.processes.is_alive(start.agent)) {
    LOOP_TRY(const auto intent, directory.intent());
    LOOP_TRY(const auto stop, directory.stop(run.launch));
    const Duration total = intent ? intent->timeout_total : options_.config.timeout_total;
    const bool is_over = stop.has_value() || now - start.time > total;
    const Duration grace = intent ? intent->kill_grace : options_.config.kill_grace;
    return is_over ? end_orphan(run, start, grace, now) : Status{};
  }
  for (const ProcessIdentity& left : context_.processes.tree(
           start.agent, process_marker(context_.files.root(), run.id, run.launch))) {
    if (const Status killed = context_.processes.signal(left, SIGKILL); !killed) continue;
  }
  terminated_.erase(run.id);

  AttemptResult abandoned;
  abandoned.end = AttemptEnd::abandoned;
  abandoned.outcome.outcome = OutcomeClass::killed;
  abandoned.outcome.reason = "the runner was killed; the agent ended without a result";
  abandoned.started = start.time;
  abandoned.ended = now;
  // Closed already, or never opened: both are fine.
  const auto closed = time_ledger_.stop(time_task_id(run.id, run.launch), "abandoned", now);
  const bool is_fine =
      closed || closed.error().code() == Errc::not_found || closed.error().code() == Errc::conflict;
  if (!is_fine) return closed.error();
  return conclude(run, abandoned, schedule, now);
}

Status RunFollower::end_orphan(const RunSummary& run, const AttemptStart& start,
                               Duration kill_grace, Instant now) {
  const auto [entry, is_first] = terminated_.try_emplace(run.id, now);
  const int signal_number = is_first ? SIGTERM : SIGKILL;
  if (!is_first && now - entry->second < kill_grace) return {};
  for (const ProcessIdentity& process : context_.processes.tree(
           start.agent, process_marker(context_.files.root(), run.id, run.launch))) {
    if (const Status sent = context_.processes.signal(process, signal_number); !sent) continue;
  }
  return {};
}

bool RunFollower::may_retry(const RunSummary& run, const AttemptResult& result,
                            const Schedule* schedule, Instant now) const {
  if (schedule == nullptr || !schedule->active || schedule->loop.paused) return false;
  if (result.end == AttemptEnd::abandoned &&
      schedule->loop.on_abandon.value_or(OnAbandon::report) == OnAbandon::report) {
    return false;
  }
  if (!is_worth_retrying(result.outcome.outcome)) return false;
  const bool is_trial = is_half_open(ledger_.history().of(run.schedule).failures, now);
  const int attempts_max =
      is_trial ? 1 : schedule->loop.attempts_max.value_or(options_.config.attempts_max);
  return run.attempt < attempts_max;
}

std::vector<JournalEntry> RunFollower::conclusion(const RunSummary& run,
                                                  const AttemptResult& result,
                                                  const Schedule* schedule, RunEnd& end) const {
  JournalEntry ended = entry_for(run, JournalEvent::attempt_ended, result.ended);
  ended.end = to_string(result.end);
  ended.reason = result.outcome.reason;
  ended.duration =
      std::max(Duration{0}, std::chrono::duration_cast<Duration>(result.ended - result.started));
  ended.usage = result.outcome.usage;
  ended.tokens = result.outcome.usage.total();
  ended.cost_usd_micros = result.outcome.cost.usd_micros;
  ended.cost_basis = result.outcome.cost.basis;
  ended.is_cost_partial = result.outcome.cost.is_partial;
  std::vector<JournalEntry> entries{ended};

  // A delegated run has one attempt: whoever waits for it decides what to do.
  if (result.end == AttemptEnd::limited && !is_delegation_key(run.schedule)) {
    JournalEntry parked = entry_for(run, JournalEvent::parked, result.ended);
    parked.until = result.outcome.limit_reset ? *result.outcome.limit_reset + kParkMargin
                                              : result.ended + kParkDefault;
    parked.reason = result.outcome.reason;
    entries.push_back(parked);
    return entries;
  }
  if (counts_as_failure(result.end)) {
    const FailureVerdict verdict =
        judge_failure(ledger_.history().of(run.schedule).failures, options_.config, result.ended);
    if (verdict.escalated) {
      end.escalated = verdict;
      entries.push_back(
          escalation_entry(ended, verdict, escalation_action(schedule, options_.config)));
    } else if (may_retry(run, result, schedule, result.ended)) {
      JournalEntry retry = entry_for(run, JournalEvent::retry_wait, result.ended);
      retry.attempt = run.attempt;
      retry.until = result.ended + retry_delay(run.attempt + 1);
      entries.push_back(retry);
      return entries;
    }
  }
  end.is_final = true;
  entries.push_back(finish_entry(run, result.end, result.outcome.reason, result.ended));
  return entries;
}

Status RunFollower::conclude(const RunSummary& run, const AttemptResult& result,
                             const Schedule* schedule, Instant now) {
  RunDirectory directory(context_.files, context_.random, run.id);
  auto intent = directory.intent();
  RunEnd end;
  end.run = run.id;
  end.attempt = run.attempt;
  end.schedule = schedule;
  if (intent && *intent) {
    end.schedule_name = (*intent)->schedule_name;
    end.mode = (*intent)->mode;
    end.command =
        fmt::format("{} {}", (*intent)->agent.command, fmt::join((*intent)->agent.args, " "));
  }
  end.end = result.end;
  end.reason = result.outcome.reason;
  end.answer = result.outcome.answer;
  end.duration =
      std::max(Duration{0}, std::chrono::duration_cast<Duration>(result.ended - result.started));
  end.time = std::min(result.ended, now);

  const std::vector<JournalEntry> entries = conclusion(run, result, schedule, end);
  LOOP_TRY_VOID(consequences_.before_record(end));
  if (end.is_final) {
    LOOP_TRY_VOID(tell_parent(run, result.end, &result, result.outcome.reason, result.ended));
  }
  starter_.forget(run.id);
  LOOP_TRY_VOID(ledger_.record(entries));
  consequences_.after_record(end);
  return {};
}

// Before the journal says so: the line is written once, so that a crash in between does no harm.
Status RunFollower::tell_parent(const RunSummary& run, AttemptEnd end, const AttemptResult* result,
                                const std::string& reason, Instant time) {
  if (run.parent.empty()) return {};
  LOOP_TRY(const auto folder, context_.files.info(layout::runs() / run.parent.str()));
  if (!folder) return {};  // no longer kept
  ChildRecord child;
  child.time = time;
  child.run = run.id;
  child.mode = run.mode;
  child.task = run.task;
  child.end = to_string(end);
  child.reason = reason;
  child.cost_usd_micros = run.cost_usd_micros;
  child.tokens = run.tokens;
  child.busy = run.busy;
  if (result != nullptr) {
    child.answer = result->outcome.answer;
    child.cost_usd_micros += result->outcome.cost.usd_micros;
    child.tokens += result->outcome.usage.total();
    child.busy += std::max(Duration{0},
                           std::chrono::duration_cast<Duration>(result->ended - result->started));
  }
  return add_child(context_.files, context_.clock, context_.log, run.parent, child);
}

Status RunFollower::finish(const RunSummary& run, AttemptEnd end, const std::string& reason,
                           Instant now) {
  LOOP_TRY_VOID(tell_parent(run, end, nullptr, reason, now));
  starter_.forget(run.id);
  return ledger_.record(finish_entry(run, end, reason, now));
}

Status RunFollower::end_run(const RunSummary& run, const std::string& reason, Instant now) {
  switch (run.phase) {
    case RunPhase::finished: return {};
    case RunPhase::starting:
    case RunPhase::running: return request_stop(run, AttemptEnd::cancelled, reason, now);
    case RunPhase::claimed:
    case RunPhase::waiting:
    case RunPhase::ended:
    case RunPhase::retry_wait:
    case RunPhase::parked: return finish(run, AttemptEnd::cancelled, reason, now);
  }
  return {};
}

Status RunFollower::request_stop(const RunSummary& run, AttemptEnd as, const std::string& reason,
                                 Instant now) {
  RunDirectory directory(context_.files, context_.random, run.id);
  LOOP_TRY(const auto present, directory.stop(run.launch));
  if (present) return {};
  LOOP_TRY_VOID(directory.write_stop(run.launch, StopRequest{as, reason, now}));
  LOOP_TRY(const auto start, directory.started(run.launch));
  // Only wakes the runner; without it the request is seen at its next look.
  if (start && !context_.processes.signal(start->runner, SIGTERM)) return {};
  return {};
}

Result<Instant> RunFollower::last_sign(const RunSummary& run) {
  RunDirectory directory(context_.files, context_.random, run.id);
  const Instant begun = run.started.value_or(run.launched);
  LOOP_TRY(const auto output, directory.last_output(run.launch));
  return output ? std::max(*output, begun) : begun;
}

}  // namespace loop
