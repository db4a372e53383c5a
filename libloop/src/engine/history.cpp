// SPDX-License-Identifier: MIT
// Folding journal entries into the past of schedules and the state of runs.
#include "loop/engine/history.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/failure_rules.hpp"
#include "loop/base/text.h"
#include "loop/engine/delegation.h"

namespace loop {

namespace {

constexpr std::size_t kNoteBytesMax = 400;

void raise_to(std::optional<Instant>& mark, const std::optional<Instant>& value) {
  if (value && (!mark || *value > *mark)) mark = *value;
}

void consume(ScheduleHistory& past, const JournalEntry& entry) {
  raise_to(past.consumed, entry.slot);
  if (!entry.slot) return;
  if (past.waiting_slot && *past.waiting_slot <= *entry.slot) {
    past.waiting_slot.reset();
    past.waiting_since.reset();
  }
  while (!past.backlog.empty() && past.backlog.front() <= *entry.slot) past.backlog.pop_front();
}

void apply_activated(ScheduleHistory& past, const JournalEntry& entry) {
  if (!past.is_active) past.runs_finished = 0;
  past.is_active = true;
  past.is_switched_off = false;
  past.activation = entry.time;
  past.timing_hash = entry.detail;
  if (!entry.until) return;
  past.last_start = entry.until;  // the clock was far ahead: what was consumed then does not count
  past.consumed = entry.until;
  past.last_skip.reset();
}

void apply_deactivated(ScheduleHistory& past, const JournalEntry& entry) {
  past.is_active = false;
  past.is_switched_off = entry.detail == kRetired;
  past.switch_off_note.clear();
  past.waiting_slot.reset();
  past.waiting_since.reset();
  past.backlog.clear();
}

void apply_backlog(ScheduleHistory& past, const JournalEntry& entry) {
  for (const std::string_view word : split(entry.detail, ',')) {
    if (const auto slot = parse_compact(word)) past.backlog.push_back(*slot);
  }
}

void apply_attempt_ended(ScheduleHistory& past, const JournalEntry& entry) {
  if (entry.end == to_string(AttemptEnd::succeeded)) past.failures = FailureState{};
  const auto end = parse_attempt_end(entry.end);
  if (end && counts_as_failure(*end)) ++past.failures.consecutive;
}

void apply_finished(ScheduleHistory& past, const JournalEntry& entry) {
  const auto end = parse_attempt_end(entry.end);
  const bool was_stopped = end == AttemptEnd::interrupted || end == AttemptEnd::cancelled;
  if (!was_stopped) ++past.runs_finished;
  past.last_end = entry.end;
  past.last_finished = entry.run;
  past.last_succeeded = entry.end == to_string(AttemptEnd::succeeded);
  past.last_stage = entry.detail;
  past.last_round = std::max<std::int64_t>(1, entry.count);
  past.last_findings = entry.reason;
  if (past.last_succeeded) past.last_success = entry.time;
}

bool is_step_of_run(JournalEvent event) {
  switch (event) {
    case JournalEvent::waiting:
    case JournalEvent::claimed:
    case JournalEvent::launched:
    case JournalEvent::started:
    case JournalEvent::attempt_ended:
    case JournalEvent::retry_wait:
    case JournalEvent::parked:
    case JournalEvent::finished: return true;
    case JournalEvent::engine_started:
    case JournalEvent::engine_stopped:
    case JournalEvent::activated:
    case JournalEvent::deactivated:
    case JournalEvent::backlog:
    case JournalEvent::missed:
    case JournalEvent::skipped:
    case JournalEvent::expired:
    case JournalEvent::folded:
    case JournalEvent::foreign_run:
    case JournalEvent::escalated:
    case JournalEvent::acknowledged:
    case JournalEvent::operation_failed:
    case JournalEvent::note: return false;
  }
  return false;
}

void apply_escalated(ScheduleHistory& past, const JournalEntry& entry) {
  past.failures.escalations = static_cast<int>(entry.count);
  past.failures.open_until = entry.until;
  if (entry.detail == to_string(OnEscalate::pause)) {
    past.is_switched_off = true;
    past.switch_off_note =
        fmt::format("paused after {} failures in a row: {}", past.failures.consecutive,
                    ellipsize(to_single_line(trim(entry.reason)), kNoteBytesMax));
  }
  if (!entry.until) past.failures.consecutive = 0;  // `pause` and `continue` count anew
}

}  // namespace

std::string_view to_string(RunPhase phase) noexcept {
  switch (phase) {
    case RunPhase::waiting: return "waiting";
    case RunPhase::claimed: return "claimed";
    case RunPhase::starting: return "starting";
    case RunPhase::running: return "running";
    case RunPhase::ended: return "ended";
    case RunPhase::retry_wait: return "retry_wait";
    case RunPhase::parked: return "parked";
    case RunPhase::finished: return "finished";
  }
  return "finished";
}

History::History(std::size_t finished_max) : finished_max_(finished_max) {}

void History::apply(const JournalEntry& entry) {
  count_use(entry);
  if (!entry.run.empty()) apply_to_run(entry);
  if (!entry.schedule.empty()) apply_to_schedule(entry);
}

void History::apply_to_schedule(const JournalEntry& entry) {
  ScheduleHistory& past = schedules_[entry.schedule];
  past.is_known = true;
  ++past.version;
  const std::int64_t count = std::max<std::int64_t>(1, entry.count);
  switch (entry.event) {
    case JournalEvent::activated: apply_activated(past, entry); break;
    case JournalEvent::deactivated: apply_deactivated(past, entry); break;
    case JournalEvent::waiting:
      if (entry.slot && !past.waiting_slot) {
        past.waiting_slot = entry.slot;
        past.waiting_since = entry.time;
        raise_to(past.consumed, entry.slot);
      }
      break;
    case JournalEvent::claimed: consume(past, entry); break;
    case JournalEvent::started:
      if (entry.attempt == 1) raise_to(past.last_start, entry.time);
      past.last_run = entry.run;
      break;
    case JournalEvent::attempt_ended: apply_attempt_ended(past, entry); break;
    case JournalEvent::finished:
      consume(past, entry);
      apply_finished(past, entry);
      break;
    case JournalEvent::backlog:
      apply_backlog(past, entry);
      raise_to(past.consumed, entry.slot);
      break;
    case JournalEvent::missed:
      consume(past, entry);
      past.missed += count;
      break;
    case JournalEvent::skipped:
      consume(past, entry);
      past.skipped += count;
      if (entry.detail == "overlap") past.last_skip = entry.time;
      break;
    case JournalEvent::expired: consume(past, entry); break;
    case JournalEvent::folded:
      if (entry.slot == past.waiting_slot) consume(past, entry);
      raise_to(past.consumed, entry.slot);
      past.folded += count;
      break;
    case JournalEvent::foreign_run:
      if (entry.detail == "skip") {
        past.last_skip = entry.until;
      } else {
        raise_to(past.last_start, entry.until);
      }
      raise_to(past.consumed, entry.slot);
      break;
    case JournalEvent::escalated: apply_escalated(past, entry); break;
    case JournalEvent::acknowledged: past.failures = FailureState{}; break;
    case JournalEvent::operation_failed:
      ++past.failures.consecutive;
      past.last_findings = entry.reason;
      break;
    case JournalEvent::engine_started:
    case JournalEvent::engine_stopped:
    case JournalEvent::launched:
    case JournalEvent::retry_wait:
    case JournalEvent::parked:
    case JournalEvent::note: break;
  }
}

void History::apply_to_run(const JournalEntry& entry) {
  RunSummary& run = live_[entry.run];
  run.id = entry.run;
  if (!entry.schedule.empty()) run.schedule = entry.schedule;
  if (entry.slot) run.slot = entry.slot;
  if (entry.attempt > 0) run.attempt = entry.attempt;
  if (entry.launch > 0) run.launch = entry.launch;
  if (!entry.parent.empty()) run.parent = entry.parent;
  if (entry.depth > 0) run.depth = entry.depth;
  if (!entry.agent.empty()) run.agent = entry.agent;
  if (!entry.mode.empty()) run.mode = ModeSlug(entry.mode);
  if (!entry.task.empty()) run.task = entry.task;
  const bool is_first_step = run.claimed == Instant{} && is_step_of_run(entry.event);
  if (is_first_step) run.claimed = entry.time;  // a run that waits, or was refused
  switch (entry.event) {
    case JournalEvent::waiting: run.phase = RunPhase::waiting; break;
    case JournalEvent::claimed:
      run.phase = RunPhase::claimed;
      run.claimed = entry.time;
      run.stage = entry.detail;
      run.round = entry.count;
      run.is_background = entry.reason == "background";
      break;
    case JournalEvent::launched:
      run.phase = RunPhase::starting;
      run.launched = entry.time;
      run.started.reset();
      run.until.reset();
      break;
    case JournalEvent::started:
      run.phase = RunPhase::running;
      run.started = entry.time;
      if (!run.first_start) run.first_start = entry.time;
      break;
    case JournalEvent::attempt_ended:
      run.phase = RunPhase::ended;
      run.end = entry.end;
      run.reason = entry.reason;
      run.cost_usd_micros += entry.cost_usd_micros;
      run.tokens += entry.tokens;
      run.busy += entry.duration;
      break;
    case JournalEvent::retry_wait:
      run.phase = RunPhase::retry_wait;
      run.until = entry.until;
      break;
    case JournalEvent::parked:
      run.phase = RunPhase::parked;
      run.until = entry.until;
      break;
    case JournalEvent::finished: {
      run.phase = RunPhase::finished;
      run.end = entry.end;
      run.reason = entry.reason;
      run.ended = entry.time;
      finished_.push_back(std::move(run));
      live_.erase(entry.run);
      if (finished_max_ > 0 && finished_.size() > finished_max_) {
        dropped_.push_back(finished_.front().id);
        finished_.pop_front();
      }
      break;
    }
    case JournalEvent::engine_started:
    case JournalEvent::engine_stopped:
    case JournalEvent::activated:
    case JournalEvent::deactivated:
    case JournalEvent::backlog:
    case JournalEvent::missed:
    case JournalEvent::skipped:
    case JournalEvent::expired:
    case JournalEvent::folded:
    case JournalEvent::foreign_run:
    case JournalEvent::escalated:
    case JournalEvent::acknowledged:
    case JournalEvent::operation_failed:
    case JournalEvent::note:  // about a run, but no step of its life
      if (run.claimed == Instant{}) live_.erase(entry.run);
      break;
  }
}

void History::count_use(const JournalEntry& entry) {
  const bool counts =
      entry.event == JournalEvent::claimed || entry.event == JournalEvent::attempt_ended;
  if (!counts) return;
  const std::int64_t day =
      std::chrono::floor<std::chrono::days>(entry.time).time_since_epoch().count();
  if (day < use_day_) return;  // an attempt that ended yesterday, settled today
  if (day != use_day_) {
    use_day_ = day;
    use_ = BudgetUse{};
  }
  if (entry.event == JournalEvent::claimed) ++use_.runs;
  use_.time += entry.duration;
  use_.cost_usd_micros += entry.cost_usd_micros;
  use_.tokens += entry.tokens;
}

const ScheduleHistory& History::of(const ScheduleId& id) const {
  static const ScheduleHistory kNone{};
  const auto found = schedules_.find(id);
  return found == schedules_.end() ? kNone : found->second;
}

const RunSummary* History::find(const RunId& id) const {
  if (const auto live = live_.find(id); live != live_.end()) return &live->second;
  const auto done = std::find_if(finished_.rbegin(), finished_.rend(),
                                 [&](const RunSummary& run) { return run.id == id; });
  return done == finished_.rend() ? nullptr : &*done;
}

std::optional<Instant> History::last_start_of_others(const ScheduleId& id) const {
  std::optional<Instant> last;
  for (const auto& [other, past] : schedules_) {
    // What a run delegates is no activity of others.
    if (other != id && !is_delegation_key(other)) raise_to(last, past.last_start);
  }
  return last;
}

BudgetUse History::use_on_day(Instant now) const {
  const std::int64_t day = std::chrono::floor<std::chrono::days>(now).time_since_epoch().count();
  return day == use_day_ ? use_ : BudgetUse{};
}

}  // namespace loop
