// SPDX-License-Identifier: MIT
// What the journal says, folded: the past of each schedule and the state of each run.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "loop/base/ids.h"
#include "loop/base/time.h"
#include "loop/domain/budget.h"
#include "loop/domain/escalation.h"
#include "loop/engine/journal.h"

namespace loop {

// The life of a run, each transition caused by the journal event behind it:
//   waiting --claimed--> claimed --launched--> starting --started--> running
//   running --attempt_ended--> ended --retry_wait--> retry_wait --launched--> starting
//                                    --parked--> parked --launched--> starting
//                                    --finished--> finished
enum class RunPhase { waiting, claimed, starting, running, ended, retry_wait, parked, finished };
std::string_view to_string(RunPhase phase) noexcept;

struct RunSummary {
  RunId id;
  ScheduleId schedule;
  std::optional<Instant> slot;  // nothing for a run by hand
  RunPhase phase = RunPhase::claimed;
  int attempt = 0;
  int launch = 0;
  Instant claimed{};
  Instant launched{};                  // of the present launch
  std::optional<Instant> first_start;  // of the first attempt
  std::optional<Instant> started;      // of the present attempt
  std::optional<Instant> ended;
  std::optional<Instant> until;  // retry or park time
  std::string end;               // word of AttemptEnd: of the last attempt, or of the run
  std::string reason;
  std::string stage;  // of a workflow; empty otherwise
  std::int64_t round = 0;
  bool is_background = false;
  RunId parent;   // that delegated it; empty for a root
  int depth = 1;  // levels from the root, which is 1
  ModeSlug mode;
  std::string agent;                 // name of its definition
  std::string task;                  // one line
  std::int64_t cost_usd_micros = 0;  // sums over the attempts
  std::int64_t tokens = 0;
  Duration busy{};

  bool is_live() const { return phase != RunPhase::finished; }
  bool has_process() const { return phase == RunPhase::starting || phase == RunPhase::running; }
};

struct ScheduleHistory {
  bool is_known = false;  // any entry at all
  bool is_active = false;
  Instant activation{};
  std::string timing_hash;
  std::optional<Instant> consumed;    // the newest slot that has had its run or its reason
  std::optional<Instant> last_start;  // of a first attempt, ours or a foreign one
  std::optional<Instant> last_skip;   // by overlap `skip`
  RunId last_run;                     // that started
  std::optional<Instant> waiting_slot;
  std::optional<Instant> waiting_since;
  std::deque<Instant> backlog;  // catch-up `all`
  FailureState failures;
  std::int64_t runs_finished = 0;  // since the activation; for maxRuns
  std::optional<Instant> last_success;
  std::string last_end;  // word of AttemptEnd of the last finished run
  std::string last_stage;
  bool last_succeeded = false;
  RunId last_finished;
  std::string last_findings;    // reason of the last run, for the next stage of a workflow
  std::int64_t last_round = 1;  // of a workflow
  std::int64_t missed = 0, skipped = 0, folded = 0;
  // The engine has switched it off (it ran as often as it may, or an escalation pauses it), and
  // schedules.json does not show it yet. `switch_off_note` is what the file is to say.
  bool is_switched_off = false;
  std::string switch_off_note;
  std::uint64_t version = 0;  // grows with each entry
};

class History {
 public:
  // Keeps at most `finished_max` finished runs; 0 keeps all.
  explicit History(std::size_t finished_max = 0);

  // Any order of calls follows the file's order; unknown runs and schedules are made.
  void apply(const JournalEntry& entry);

  const std::map<ScheduleId, ScheduleHistory>& schedules() const { return schedules_; }
  const ScheduleHistory& of(const ScheduleId& id) const;  // an empty one when unknown
  const std::map<RunId, RunSummary>& live() const { return live_; }
  const std::deque<RunSummary>& finished() const { return finished_; }  // oldest first
  const RunSummary* find(const RunId& id) const;
  // When any run of another schedule last started; nothing when none has.
  std::optional<Instant> last_start_of_others(const ScheduleId& id) const;

  // The ids of finished runs that were dropped to keep to the limit, since the last call.
  std::vector<RunId> take_dropped() { return std::exchange(dropped_, {}); }

  // Starts and use of the UTC day of `now`.
  BudgetUse use_on_day(Instant now) const;

 private:
  void apply_to_run(const JournalEntry& entry);
  void apply_to_schedule(const JournalEntry& entry);
  void count_use(const JournalEntry& entry);

  std::size_t finished_max_;
  std::map<ScheduleId, ScheduleHistory> schedules_;
  std::map<RunId, RunSummary> live_;
  std::deque<RunSummary> finished_;
  std::vector<RunId> dropped_;
  std::int64_t use_day_ = 0;
  BudgetUse use_;
};

}  // namespace loop
