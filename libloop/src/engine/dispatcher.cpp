// SPDX-License-Identifier: MIT
// Starting, holding up, skipping and interrupting.
#include "engine/dispatcher.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "loop/base/sha256.h"
#include "loop/engine/run_id.h"
#include "loop/engine/run_tree.h"

namespace loop {

namespace {

constexpr Duration kExpirationSlack = std::chrono::seconds{60};

// Live runs by their slot, so that the oldest goes on first.
std::vector<RunSummary> live_runs(const History& history) {
  std::vector<RunSummary> runs;
  for (const auto& [id, run] : history.live()) runs.push_back(run);
  std::stable_sort(runs.begin(), runs.end(), [](const RunSummary& a, const RunSummary& b) {
    return a.slot.value_or(a.claimed) < b.slot.value_or(b.claimed);
  });
  return runs;
}

}  // namespace

OverlapSituation Dispatcher::situation_of(const ScheduleId& schedule) const {
  OverlapSituation situation;
  situation.parallel_max = options_.config.parallel_max;
  situation.background_max = options_.config.background_max;
  for (const auto& [id, run] : ledger_.history().live()) {
    // A parent waits for what it has delegated: if that waited for the parent's place, neither
    // would ever end. So trees are counted, by their roots.
    if (ledger_.history().live().contains(run.parent)) continue;
    const bool has_process = run.has_process() || run.phase == RunPhase::claimed;
    if (has_process)
      ++(run.is_background ? situation.background_count : situation.foreground_count);
    if (run.schedule != schedule || run.is_background) continue;
    if (has_process) situation.own_running = true;
    if (run.phase == RunPhase::retry_wait || run.phase == RunPhase::parked)
      situation.own_pending = true;
  }
  return situation;
}

std::optional<std::string> Dispatcher::budget_problem(Instant now) const {
  return exhausted(options_.config.budget, ledger_.history().use_on_day(now));
}

// A run that has been counted already goes on although no further one may start.
std::optional<std::string> Dispatcher::launch_budget_problem(bool is_first, Instant now) const {
  BudgetLimits limits = options_.config.budget;
  if (!is_first) limits.runs_per_day.reset();
  return exhausted(limits, ledger_.history().use_on_day(now));
}

void Dispatcher::wake_at(Instant when) {
  if (!next_deadline_ || when < *next_deadline_) next_deadline_ = when;
}

Status Dispatcher::resume_pending(const ScheduleBook& book, Instant now) {
  next_deadline_.reset();
  LOOP_TRY_VOID(watch_signs(now));
  for (const RunSummary& run : live_runs(ledger_.history())) {
    const bool is_pending = run.phase == RunPhase::retry_wait || run.phase == RunPhase::parked;
    const bool is_queued = run.phase == RunPhase::waiting;
    if (!is_pending && !is_queued) continue;
    if (is_delegation_key(run.schedule)) {
      LOOP_TRY_VOID(start_queued_task(run, now));
      continue;
    }
    const Schedule* schedule = book.find(run.schedule);
    if (schedule == nullptr || (is_pending && !SlotWatch::is_enabled(*schedule) && run.slot)) {
      LOOP_TRY_VOID(follower_.finish(run, AttemptEnd::cancelled,
                                     "its schedule was deleted or switched off", now));
      continue;
    }
    const bool rests = !may_start(ledger_.history().of(run.schedule).failures, now);
    if (run.phase == RunPhase::retry_wait && rests) {  // another run of its schedule escalated
      LOOP_TRY_VOID(follower_.finish(run, AttemptEnd::failed,
                                     run.reason + "; not tried again: its schedule rests", now));
      continue;
    }
    if (is_pending && run.until && now < *run.until) {
      wake_at(*run.until);
      continue;
    }
    if (launch_budget_problem(is_queued, now)) {
      wake_at(std::chrono::ceil<std::chrono::days>(now + Duration{1}));
      continue;
    }
    const OverlapSituation situation = situation_of(run.schedule);
    if (situation.foreground_count >= situation.parallel_max || situation.own_running) continue;
    if (is_queued) {
      LOOP_TRY_VOID(starter_.start(StartRequest{*schedule, run.id, std::nullopt, false, {}}, now));
      continue;
    }
    const int attempt = run.phase == RunPhase::retry_wait ? run.attempt + 1 : run.attempt;
    LOOP_TRY_VOID(starter_.launch(run, attempt, run.launch + 1, now));
  }
  return {};
}

// A delegated run has one attempt: it waits for its place only.
Status Dispatcher::start_queued_task(const RunSummary& run, Instant now) {
  const OverlapSituation busy = situation_of(run.schedule);
  if (run.phase != RunPhase::waiting || busy.foreground_count >= busy.parallel_max) return {};
  if (launch_budget_problem(true, now)) {
    wake_at(std::chrono::ceil<std::chrono::days>(now + Duration{1}));
    return {};
  }
  return starter_.start_queued(run, now);
}

Status Dispatcher::start_candidates(const ScheduleBook& book,
                                    const std::vector<Candidate>& candidates, Instant now) {
  for (const Candidate& candidate : candidates) LOOP_TRY_VOID(decide(book, candidate, now));
  return {};
}

Status Dispatcher::decide(const ScheduleBook& book, const Candidate& candidate, Instant now) {
  const Schedule& schedule = *candidate.schedule;
  const auto expiration = slots_.expiration_of(schedule);
  if (expiration && now > *expiration + kExpirationSlack) {
    return drop(candidate, JournalEvent::expired, "the schedule expired before its turn came", {},
                now);
  }
  if (slots_.has_run_out(schedule)) {
    return drop(candidate, JournalEvent::skipped, "it has run as often as it may", "max-runs", now);
  }
  if (!may_start(ledger_.history().of(schedule.id).failures, now)) {
    return drop(candidate, JournalEvent::skipped, "cooldown", "cooldown", now);
  }
  if (const auto problem = budget_problem(now)) {
    return drop(candidate, JournalEvent::skipped, "budget: " + *problem, "budget", now);
  }
  if (const auto lack = lacks_activity(schedule)) {
    return drop(candidate, JournalEvent::skipped, *lack, "no-activity", now);
  }

  const OverlapSituation situation = situation_of(schedule.id);
  switch (decide_overlap(schedule.overlap, situation)) {
    case OverlapAction::start: break;
    case OverlapAction::fold:
      if (candidate.kind == Candidate::Kind::backlog || candidate.kind == Candidate::Kind::trial)
        return {};
      return drop(candidate, JournalEvent::folded, "the schedule's run is retrying or parked", {},
                  now);
    case OverlapAction::skip:
      if (candidate.kind == Candidate::Kind::backlog || candidate.kind == Candidate::Kind::trial)
        return {};
      mirror_.set_time(schedule.id, "lastSkippedTime", now);
      return drop(candidate, JournalEvent::skipped, "the workspace is busy", "overlap", now);
    case OverlapAction::interrupt:
      LOOP_TRY_VOID(interrupt_holder(schedule, now));
      return hold(candidate, now);
    case OverlapAction::wait:
      LOOP_TRY_VOID(hold(candidate, now));
      return stop_stalled_holders(schedule, now);
  }

  const Duration spacing = options_.config.catchup_spacing;
  if (candidate.is_made_up && last_made_up_ && now < *last_made_up_ + spacing &&
      now >= *last_made_up_) {
    wake_at(*last_made_up_ + spacing);
    return hold(candidate, now);
  }
  if (candidate.is_made_up) last_made_up_ = now;
  return start(book, candidate, schedule.overlap == Overlap::background, now);
}

Status Dispatcher::start(const ScheduleBook& book, const Candidate& candidate, bool is_background,
                         Instant now) {
  const Schedule& schedule = *candidate.schedule;
  mirrored_wait_.erase(schedule.id);
  LOOP_TRY(const std::string text, book.object_text(schedule.id));
  const StartRequest request{schedule, slot_run_id(schedule.id, candidate.slot), candidate.slot,
                             is_background, sha256_hex(text)};
  return starter_.start(request, now);
}

// The slot is kept in the journal, so that a restart does not move it; the file shows what Roo
// Scheduler would show: skipped now, next try at the next full minute.
Status Dispatcher::hold(const Candidate& candidate, Instant now) {
  const Schedule& schedule = *candidate.schedule;
  const bool can_wait = candidate.kind == Candidate::Kind::due;
  if (can_wait) {
    JournalEntry entry;
    entry.time = now;
    entry.event = JournalEvent::waiting;
    entry.schedule = schedule.id;
    entry.slot = candidate.slot;
    LOOP_TRY_VOID(ledger_.record(entry));
  }
  const Instant minute = floor_minute(now);
  wake_at(minute + std::chrono::minutes{1});
  const auto shown = mirrored_wait_.find(schedule.id);
  if (shown != mirrored_wait_.end() && shown->second == minute) return {};
  mirrored_wait_[schedule.id] = minute;
  mirror_.set_time(schedule.id, "lastSkippedTime", now);
  mirror_.set_time(schedule.id, "nextExecutionTime", minute + std::chrono::minutes{1});
  return {};
}

Status Dispatcher::drop(const Candidate& candidate, JournalEvent event, std::string reason,
                        std::string detail, Instant now) {
  JournalEntry entry;
  entry.time = now;
  entry.event = event;
  entry.schedule = candidate.schedule->id;
  entry.slot = candidate.slot;
  entry.reason = std::move(reason);
  entry.detail = std::move(detail);
  LOOP_TRY_VOID(ledger_.record(entry));
  mirror_.set_time(candidate.schedule->id, "nextExecutionTime",
                   slots_.next_slot(*candidate.schedule, now));
  return {};
}

// Output is stamped with wall time, which jumps and goes on while the machine sleeps: a sign counts
// as no older than the look before the one that found it.
Status Dispatcher::watch_signs(Instant now) {
  const Duration present = context_.clock.monotonic();
  std::map<RunId, Sign> signs;
  for (const auto& [id, run] : ledger_.history().live()) {
    if (run.phase != RunPhase::running || run.is_background) continue;
    LOOP_TRY(const Instant seen, follower_.last_sign(run));
    const auto known = signs_.find(id);
    if (known != signs_.end() && known->second.seen == seen) {
      signs.emplace(id, known->second);
      continue;
    }
    const Duration age = std::clamp(std::chrono::duration_cast<Duration>(now - seen), Duration{0},
                                    has_looked_ ? present - looked_ : Duration{0});
    signs.emplace(id, Sign{seen, present - age});
  }
  signs_ = std::move(signs);
  looked_ = present;
  has_looked_ = true;
  return {};
}

Status Dispatcher::stop_stalled_holders(const Schedule& waiting, Instant now) {
  for (const RunSummary& run : live_runs(ledger_.history())) {
    const auto sign = last_sign_of_tree(run);
    if (run.phase != RunPhase::running || run.is_background || !run.parent.empty() || !sign)
      continue;
    const Duration quiet = context_.clock.monotonic() - sign->quiet_since;
    if (quiet < waiting.inactivity_delay) {
      wake_at(now + (waiting.inactivity_delay - quiet));
      continue;
    }
    const std::string reason = fmt::format("no output since {}, and \"{}\" is waiting",
                                           format_instant(sign->seen), waiting.name);
    LOOP_TRY_VOID(follower_.request_stop(run, AttemptEnd::stalled, reason, now));
  }
  return {};
}

// A parent that waits for a child says nothing, and is not stalled as long as the child goes on.
std::optional<Dispatcher::Sign> Dispatcher::last_sign_of_tree(const RunSummary& root) const {
  const auto own = signs_.find(root.id);
  if (own == signs_.end()) return std::nullopt;
  Sign last = own->second;
  for (const RunSummary& below : live_descendants(ledger_.history(), root.id)) {
    const auto sign = signs_.find(below.id);
    if (sign != signs_.end() && sign->second.quiet_since > last.quiet_since) last = sign->second;
  }
  return last;
}

// Its own run first; else the one that has held the workspace longest.
Status Dispatcher::interrupt_holder(const Schedule& waiting, Instant now) {
  std::optional<RunSummary> chosen;
  for (const RunSummary& run : live_runs(ledger_.history())) {
    if (!run.has_process() || run.is_background || !run.parent.empty()) continue;
    if (!chosen || (run.schedule == waiting.id && chosen->schedule != waiting.id)) chosen = run;
  }
  if (!chosen) return {};
  return follower_.request_stop(*chosen, AttemptEnd::interrupted,
                                fmt::format("\"{}\" is due", waiting.name), now);
}

std::optional<std::string> Dispatcher::lacks_activity(const Schedule& schedule) const {
  if (!schedule.require_activity) return std::nullopt;
  const auto& own = ledger_.history().of(schedule.id).last_start;
  const auto others = ledger_.history().last_start_of_others(schedule.id);
  if (!own || (others && *others > *own)) return std::nullopt;
  return "no other run since its last start";
}

}  // namespace loop
