// SPDX-License-Identifier: MIT
// What people and other programs ask of runs: trigger, retry, cancel, acknowledge.
#include <fmt/format.h>

#include "engine/engine_core.hpp"
#include "loop/engine/run_id.h"
#include "loop/engine/run_tree.h"
#include "loop/store/layout.h"

namespace loop {

Result<RunId> Engine::Core::trigger(const ScheduleId& id, Instant now) {
  LOOP_TRY(const FileLock guard, lock());
  LOOP_TRY_VOID(ledger_.pull());
  LOOP_TRY_VOID(load());
  LOOP_TRY_VOID(settle_runs(now));
  LOOP_TRY_VOID(flush_mirror(now));
  const Schedule* schedule = book_->find(id);
  if (schedule == nullptr) {
    return Error(Errc::not_found, fmt::format("no schedule with id \"{}\"", id.str()));
  }
  if (schedule->invalid) {
    return Error(Errc::invalid_data,
                 fmt::format("schedule \"{}\" is invalid: {}", schedule->name, *schedule->invalid));
  }
  if (const auto problem = dispatcher_.budget_problem(now)) {
    return Error(Errc::limit_reached, fmt::format("budget: {}", *problem));
  }

  const RunId run = manual_run_id(id, make_uuid(context_.random));
  LOOP_TRY_VOID(supersede_retry(id, now));
  const OverlapSituation situation = dispatcher_.situation_of(id);
  const bool is_free = situation.foreground_count < situation.parallel_max &&
                       !situation.own_running && !situation.own_pending;
  if (!is_free) {
    LOOP_TRY(const bool has_engine, FileLock::is_held(context_.files, layout::engine_lock()));
    if (!has_engine) {
      return Error(
          Errc::limit_reached,
          fmt::format("{} of {} runs are active, or this schedule has one, and no engine is "
                      "alive to queue it: `loopctl runs list`",
                      situation.foreground_count, situation.parallel_max));
    }
    JournalEntry queued;
    queued.time = now;
    queued.event = JournalEvent::waiting;
    queued.schedule = id;
    queued.run = run;
    LOOP_TRY_VOID(ledger_.record(queued));
    return run;
  }

  if (schedule->timing.kind == ScheduleKind::once) {
    if (const auto pending = slots_.next_slot(*schedule, now)) {
      JournalEntry folded;
      folded.time = now;
      folded.event = JournalEvent::folded;
      folded.schedule = id;
      folded.slot = pending;
      folded.reason = "the run by hand counts for it";
      LOOP_TRY_VOID(ledger_.record(folded));
    }
  }
  LOOP_TRY_VOID(starter_.start(StartRequest{*schedule, run, std::nullopt, false, {}}, now));
  const RunSummary* started = ledger_.history().find(run);
  if (started != nullptr && started->phase == RunPhase::finished) {
    return starter_.refusal().value_or(Error(Errc::invalid_argument, started->reason));
  }
  return run;
}

// A retry that only an engine would start is what the run by hand does now.
Status Engine::Core::supersede_retry(const ScheduleId& id, Instant now) {
  LOOP_TRY(const bool has_engine, FileLock::is_held(context_.files, layout::engine_lock()));
  if (has_engine) return {};
  std::vector<RunSummary> pending;
  for (const auto& [run_id, run] : ledger_.history().live()) {
    if (run.schedule == id && run.phase == RunPhase::retry_wait) pending.push_back(run);
  }
  for (const RunSummary& run : pending) {
    const AttemptEnd end = parse_attempt_end(run.end).value_or(AttemptEnd::failed);
    LOOP_TRY_VOID(follower_.finish(run, end, run.reason + "; a run by hand took its place", now));
  }
  return {};
}

Result<RunId> Engine::Core::retry(const RunId& id, Instant now) {
  std::optional<ScheduleId> schedule;
  {
    LOOP_TRY(const FileLock guard, lock());
    LOOP_TRY_VOID(ledger_.pull());
    const RunSummary* run = ledger_.history().find(id);
    if (run == nullptr) return Error(Errc::not_found, fmt::format("no run \"{}\"", id.str()));
    if (run->phase != RunPhase::finished) {
      return Error(Errc::conflict, fmt::format("run \"{}\" is not over: it is {}", id.str(),
                                               to_string(run->phase)));
    }
    if (is_delegation_key(run->schedule)) {
      return Error(Errc::unsupported,
                   fmt::format("run \"{}\" was delegated and has no schedule: delegate its task "
                               "again with `loopctl delegate`",
                               id.str()));
    }
    schedule = run->schedule;
  }
  return trigger(*schedule, now);
}

Status Engine::Core::cancel(const RunId& id, const std::string& reason, Instant now) {
  LOOP_TRY(const FileLock guard, lock());
  LOOP_TRY_VOID(ledger_.pull());
  const RunSummary* found = ledger_.history().find(id);
  if (found == nullptr) return Error(Errc::not_found, fmt::format("no run \"{}\"", id.str()));
  const RunSummary run = *found;
  if (!run.is_live()) {
    return Error(Errc::conflict, fmt::format("run \"{}\" is over: {}", id.str(), run.end));
  }
  // The whole tree at once: each runner gives its own agent the grace time.
  const std::string because = fmt::format("{} (with run {})", reason, id.str());
  for (const RunSummary& below : live_descendants(ledger_.history(), id)) {
    LOOP_TRY_VOID(follower_.end_run(below, because, now));
  }
  return follower_.end_run(run, reason, now);
}

Status Engine::Core::acknowledge(const ScheduleId& id, const std::string& note, Instant now) {
  LOOP_TRY(const FileLock guard, lock());
  LOOP_TRY_VOID(ledger_.pull());
  const FailureState& failures = ledger_.history().of(id).failures;
  if (failures.escalations == 0 && failures.consecutive == 0) {
    return Error(Errc::not_found, fmt::format("schedule \"{}\" has no open escalation", id.str()));
  }
  JournalEntry entry;
  entry.time = now;
  entry.event = JournalEvent::acknowledged;
  entry.schedule = id;
  entry.reason = note;
  return ledger_.record(entry);
}

}  // namespace loop
