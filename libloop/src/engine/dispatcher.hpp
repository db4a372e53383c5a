// SPDX-License-Identifier: MIT
// Decides for each candidate and each pending run whether it starts now: limits, overlap, rest.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "engine/mirror.hpp"
#include "engine/planner.hpp"
#include "engine/run_follower.hpp"
#include "engine/run_starter.hpp"
#include "engine/slot_watch.hpp"

namespace loop {

class Dispatcher {
 public:
  Dispatcher(const EngineContext& context, const EngineOptions& options, RunLedger& ledger,
             RunStarter& starter, RunFollower& follower, SlotWatch& slots, Mirror& mirror)
      : context_(context),
        options_(options),
        ledger_(ledger),
        starter_(starter),
        follower_(follower),
        slots_(slots),
        mirror_(mirror) {}

  // Retries, parked runs and queued runs by hand whose time has come.
  Status resume_pending(const ScheduleBook& book, Instant now);

  // Slots, in their order.
  Status start_candidates(const ScheduleBook& book, const std::vector<Candidate>& candidates,
                          Instant now);

  // When something that is held up may go on, apart from the end of a run.
  std::optional<Instant> next_deadline() const { return next_deadline_; }

  OverlapSituation situation_of(const ScheduleId& schedule) const;
  std::optional<std::string> budget_problem(Instant now) const;

 private:
  Status decide(const ScheduleBook& book, const Candidate& candidate, Instant now);
  Status start(const ScheduleBook& book, const Candidate& candidate, bool is_background,
               Instant now);
  Status hold(const Candidate& candidate, Instant now);
  Status drop(const Candidate& candidate, JournalEvent event, std::string reason,
              std::string detail, Instant now);
  Status stop_stalled_holders(const Schedule& waiting, Instant now);
  Status start_queued_task(const RunSummary& run, Instant now);
  Status interrupt_holder(const Schedule& waiting, Instant now);
  std::optional<std::string> lacks_activity(const Schedule& schedule) const;
  std::optional<std::string> launch_budget_problem(bool is_first, Instant now) const;
  Status watch_signs(Instant now);
  void wake_at(Instant when);

  const EngineContext& context_;
  const EngineOptions& options_;
  RunLedger& ledger_;
  RunStarter& starter_;
  RunFollower& follower_;
  SlotWatch& slots_;
  Mirror& mirror_;
  std::map<ScheduleId, Instant> mirrored_wait_;  // the minute for which waiting was last shown
  // Of each running run: its last sign of life, and when that was by the clock that does not jump.
  struct Sign {
    Instant seen{};
    Duration quiet_since{};
  };
  std::optional<Sign> last_sign_of_tree(const RunSummary& root) const;
  std::map<RunId, Sign> signs_;
  Duration looked_{};  // at the signs, by the same clock
  bool has_looked_ = false;
  std::optional<Instant> last_made_up_;
  std::optional<Instant> next_deadline_;
};

}  // namespace loop
