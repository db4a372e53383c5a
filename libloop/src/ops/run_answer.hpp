// SPDX-License-Identifier: MIT
// The description of a run in answers.
#pragma once

#include "loop/ops/run_answer.h"
#include "ops/field.hpp"

namespace loop {

template <class Visitor>
void describe(Visitor& visit, RunAnswer& run) {
  using ops::field;
  visit(field("id", run.id, "its id"));
  visit(field("schedule", run.schedule, "id of its schedule"));
  visit(field("state", run.state, "waiting, running, ..., or how it ended"));
  visit(field("agent", run.agent, "name of the agent"));
  visit(field("mode", run.mode, "slug of the mode"));
  visit(field("slot", run.slot, "when it was due; absent for a run by hand"));
  visit(field("started", run.started, "when its first attempt began"));
  visit(field("ended", run.ended, "when it was over"));
  visit(field("until", run.until, "when a retrying or parked run goes on"));
  visit(field("attempt", run.attempt, "number of the last attempt"));
  visit(field("busy_ms", run.busy_ms, "milliseconds of work over all attempts"));
  visit(field("tokens", run.tokens, "used over all attempts"));
  visit(field("cost_usd_micros", run.cost_usd_micros, "known cost, in millionths of a dollar"));
  visit(field("reason", run.reason, "why it ended or waits"));
}

}  // namespace loop
