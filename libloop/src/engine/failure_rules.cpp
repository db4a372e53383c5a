// SPDX-License-Identifier: MIT
// Rules for failed attempts.
#include "engine/failure_rules.hpp"

namespace loop {

bool counts_as_failure(AttemptEnd end) {
  switch (end) {
    case AttemptEnd::failed:
    case AttemptEnd::timed_out:
    case AttemptEnd::stalled:
    case AttemptEnd::abandoned: return true;
    case AttemptEnd::succeeded:
    case AttemptEnd::interrupted:
    case AttemptEnd::cancelled:
    case AttemptEnd::limited: return false;
  }
  return false;
}

bool is_worth_retrying(OutcomeClass outcome) {
  switch (outcome) {
    case OutcomeClass::auth:
    case OutcomeClass::config: return false;
    case OutcomeClass::ok:
    case OutcomeClass::task_failed:
    case OutcomeClass::limit:
    case OutcomeClass::rate_limited:
    case OutcomeClass::killed:
    case OutcomeClass::protocol: return true;
  }
  return true;
}

FailureVerdict judge_failure(const FailureState& before, const Config& config, Instant now) {
  return after_failure(before, now, config.failure_limit);
}

OnEscalate escalation_action(const Schedule* schedule, const Config& config) {
  if (schedule == nullptr) return config.on_escalate;
  return schedule->loop.on_escalate.value_or(config.on_escalate);
}

JournalEntry escalation_entry(const JournalEntry& ended, const FailureVerdict& verdict,
                              OnEscalate action) {
  JournalEntry entry;
  entry.time = ended.time;
  entry.event = JournalEvent::escalated;
  entry.schedule = ended.schedule;
  entry.run = ended.run;
  entry.slot = ended.slot;
  entry.reason = ended.reason;
  entry.count = verdict.state.escalations;
  entry.detail = to_string(action);
  if (action == OnEscalate::cooldown) entry.until = verdict.state.open_until;
  return entry;
}

}  // namespace loop
