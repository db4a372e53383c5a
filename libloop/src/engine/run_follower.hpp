// SPDX-License-Identifier: MIT
// Follows runs that have been claimed: sees them start, settles their end, adopts orphans.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "engine/consequences.hpp"
#include "engine/run_ledger.hpp"
#include "engine/run_starter.hpp"
#include "loop/domain/time_ledger.h"

namespace loop {

// What a run's folder and processes say, and what follows (docs/ARCHITECTURE.md, "Recovery"):
//   result.json                         -> settled: finished, retry_wait or parked
//   no result, runner's lock held       -> followed
//   no result, not started, lock free   -> launched again, same run and launch
//   no result, started, agent alive     -> adopted: total time is still enforced
//   no result, started, agent gone      -> abandoned
class RunFollower {
 public:
  RunFollower(const EngineContext& context, const EngineOptions& options, RunLedger& ledger,
              RunStarter& starter, Consequences& consequences);

  // One run; `schedule` is null when it is gone from the file.
  Status settle(const RunSummary& run, const Schedule* schedule, Instant now);

  // Asks the runner to end the run. A second request for the same launch changes nothing.
  Status request_stop(const RunSummary& run, AttemptEnd as, const std::string& reason, Instant now);

  // The end of a run that has no process: `attempt_ended` is left out.
  Status finish(const RunSummary& run, AttemptEnd end, const std::string& reason, Instant now);

  // Ends a live run in whatever phase it is.
  Status end_run(const RunSummary& run, const std::string& reason, Instant now);

  // When a running run last gave a sign of life.
  Result<Instant> last_sign(const RunSummary& run);

 private:
  Status follow(const RunSummary& run, const Schedule* schedule, Instant now);
  Status note_start(const RunSummary& run, Instant time);
  Status settle_orphan(const RunSummary& run, const AttemptStart& start, const Schedule* schedule,
                       Instant now);
  Status end_orphan(const RunSummary& run, const AttemptStart& start, Duration kill_grace,
                    Instant now);
  Status settle_unstarted(const RunSummary& run, const Schedule* schedule, Instant now);
  Status conclude(const RunSummary& run, const AttemptResult& result, const Schedule* schedule,
                  Instant now);
  std::vector<JournalEntry> conclusion(const RunSummary& run, const AttemptResult& result,
                                       const Schedule* schedule, RunEnd& end) const;
  Result<std::optional<AttemptResult>> read_result(const RunSummary& run);
  Status tell_parent(const RunSummary& run, AttemptEnd end, const AttemptResult* result,
                     const std::string& reason, Instant time);
  bool may_retry(const RunSummary& run, const AttemptResult& result, const Schedule* schedule,
                 Instant now) const;

  const EngineContext& context_;
  const EngineOptions& options_;
  RunLedger& ledger_;
  RunStarter& starter_;
  Consequences& consequences_;
  TimeLedger time_ledger_;
  std::map<RunId, Instant> terminated_;  // orphans that got SIGTERM, and when
};

}  // namespace loop
