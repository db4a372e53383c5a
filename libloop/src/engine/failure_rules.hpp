// SPDX-License-Identifier: MIT
// What follows from a failed attempt: another try, rest, or an escalation.
#pragma once

#include "loop/agents/outcome.h"
#include "loop/domain/config.h"
#include "loop/domain/escalation.h"
#include "loop/engine/journal.h"
#include "loop/engine/run_record.h"

namespace loop {

// Ends that count for the escalator.
bool counts_as_failure(AttemptEnd end);

// A missing program, a bad flag or a missing login will not be better in 30 s.
bool is_worth_retrying(OutcomeClass outcome);

FailureVerdict judge_failure(const FailureState& before, const Config& config, Instant now);

OnEscalate escalation_action(const Schedule* schedule, const Config& config);

// The `escalated` line that goes with the failed attempt in `ended`.
JournalEntry escalation_entry(const JournalEntry& ended, const FailureVerdict& verdict,
                              OnEscalate action);

}  // namespace loop
