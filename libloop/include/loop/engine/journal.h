// SPDX-License-Identifier: MIT
// .loop/journal.jsonl: one line for each thing that happened to a slot, a run or a schedule; the
// truth of runs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "loop/agents/outcome.h"
#include "loop/base/ids.h"
#include "loop/base/time.h"
#include "loop/store/append_log.h"

namespace loop {

enum class JournalEvent {
  engine_started,
  engine_stopped,
  activated,  // a schedule was first seen active, its timing (hash in `detail`) changed, or the
              // clock
              //   was set back far: slots count from `time`, the reference is `until` if given
  deactivated,
  waiting,        // a slot is due and the workspace is busy
  claimed,        // the run's folder is durable: the slot is consumed
  launched,       // a runner was started for `launch`
  started,        // started.json was seen
  attempt_ended,  // `end` says how
  retry_wait,     // the next attempt is due at `until`
  parked,         // provider's limit; goes on at `until`
  finished,       // the run is over; `end` says how
  backlog,        // catch-up `all`: the slots in `detail` (compact, comma-separated) run one after
                  // another
  missed,         // the slot passed without a run; `count` > 1: all slots up to `slot`
  skipped,        // by overlap, cooldown, budget, pause or lack of activity: `reason`
  expired,
  folded,            // a later slot of a schedule that is waiting, running or parked
  foreign_run,       // another program started it at `until` (lastExecutionTime in the file)
  escalated,         // `until`: end of the cooldown
  acknowledged,      // a person closed the escalation
  operation_failed,  // an operation of an agent or a person; `schedule` is its operation_key
  note,              // anything worth knowing: `reason`
};
std::string_view to_string(JournalEvent event) noexcept;

// `detail` of a `deactivated` by the engine itself, until schedules.json shows it.
inline constexpr std::string_view kRetired = "retired";

struct JournalEntry {
  Instant time{};
  JournalEvent event = JournalEvent::note;
  ScheduleId schedule;  // empty for the engine's own events
  RunId run;            // empty where there is none
  std::optional<Instant> slot;
  int attempt = 0;  // 0: does not apply
  int launch = 0;
  std::string end;  // word of AttemptEnd
  std::string reason;
  std::optional<Instant> until;
  std::int64_t count = 0;
  std::string detail;       // hash of a schedule's timing for `activated`; stage for workflow
  std::string agent, mode;  // of `claimed`
  RunId parent;             // of `claimed` and `waiting`: the run that delegated this one
  int depth = 0;            // of a delegated run, 2 or more; 0: does not apply
  std::string task;         // of `claimed` and `waiting`: one line of it
  // Of `attempt_ended`: what the agent used, and where its cost is known from.
  TokenUsage usage;
  std::int64_t tokens = 0;  // usage.total()
  std::int64_t cost_usd_micros = 0;
  AgentCost::Basis cost_basis = AgentCost::Basis::unknown;
  bool is_cost_partial = false;
  Duration duration{};
};

// One line with its newline; keys in a fixed order, fields that do not apply left out.
std::string format_entry(const JournalEntry& entry);
// invalid_data for a line that is no entry; unknown keys are ignored.
Result<JournalEntry> parse_entry(std::string_view line);

// Appends durably and reads on from where it was. Any process may append; lines are never changed.
class Journal {
 public:
  Journal(FileSystem& files, Clock& clock, Log& log);
  Status append(const JournalEntry& entry);
  Status append_all(const std::vector<JournalEntry>& entries);  // in one write

  // Entries appended by anyone since the last call (all, the first time), in order. Damaged lines
  // are counted and passed over.
  Result<std::vector<JournalEntry>> read_new();
  std::int64_t damaged_lines() const { return damaged_lines_; }

 private:
  FileSystem& files_;
  AppendLog log_;
  std::uint64_t offset_ = 0;
  std::int64_t damaged_lines_ = 0;
};

}  // namespace loop
