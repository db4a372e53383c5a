// SPDX-License-Identifier: MIT
// From a run's summary to what operations answer.
#include "loop/ops/run_answer.h"

namespace loop {

RunAnswer run_answer(const RunSummary& run) {
  return {.id = run.id,
          .schedule = run.schedule,
          .state = run.phase == RunPhase::finished ? run.end : std::string(to_string(run.phase)),
          .agent = run.agent,
          .mode = run.mode.str(),
          .slot = run.slot,
          .started = run.first_start,
          .ended = run.ended,
          .until = run.until,
          .attempt = run.attempt,
          .busy_ms = run.busy.count(),
          .tokens = run.tokens,
          .cost_usd_micros = run.cost_usd_micros,
          .reason = run.reason};
}

}  // namespace loop
