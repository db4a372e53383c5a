// SPDX-License-Identifier: MIT
// Delegation: a run that another run, or a person, asks for by its task instead of a schedule.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "loop/base/ids.h"
#include "loop/base/time.h"
#include "loop/domain/mode_choice.h"
#include "loop/domain/time_ledger.h"
#include "loop/engine/history.h"
#include "loop/store/file_system.h"

namespace loop {

// A run that nobody delegated has depth 1, so a tree has at most five levels.
inline constexpr int kDelegationDepthMax = 5;
// From the first start of the tree's root.
inline constexpr Duration kDelegationTreeMax = std::chrono::hours{2};
// Less than this is no time for an agent: limit_reached.
inline constexpr Duration kDelegationTimeLeast = std::chrono::seconds{1};
// Live runs of one tree, its root included.
inline constexpr int kDelegationTreeRunsMax = 16;
inline constexpr std::size_t kDelegationTextBytesMax = 256 * 1024;  // all texts of a request

// The run on whose behalf the request is made: what its environment says in LOOP_RUN_ID, LOOP_DEPTH
// and LOOP_DEADLINE. The journal is believed; these can only make a limit tighter.
struct DelegationCaller {
  RunId run;
  int depth = 0;
  std::optional<Instant> deadline;
};

struct DelegationRequest {
  std::string task;
  std::optional<ModeSlug> mode;  // nothing: chosen by the task's words (mode_choice.h)
  Priority priority = Priority::normal;
  std::string context;
  std::vector<std::string> requirements;
  std::optional<Instant> deadline;         // must be over by then
  std::string agent;                       // empty: engine.default_agent
  std::optional<Duration> timeout;         // nothing: run.timeout; the limits above shorten it
  std::optional<DelegationCaller> caller;  // nothing: a person asks; the run is a root
};

// What Engine::delegate has started.
struct Delegation {
  RunId run;
  ModeSlug mode;
  std::vector<ModeScore> scores;        // the best first; empty when the mode was given
  RunPhase phase = RunPhase::starting;  // waiting when it is queued until the workspace is free
  std::optional<RunId> parent;
  int depth = 1;
  Duration timeout{};
  Instant deadline{};     // the latest end if it starts now
  std::string directory;  // of the run, relative to the root
};

// `schedule` of delegated runs in the journal: "delegate:<mode>". It stands in no schedules.json;
// failures in a row are counted by it.
ScheduleId delegation_key(const ModeSlug& mode);
bool is_delegation_key(const ScheduleId& schedule);
// "delegate-<mode>@<uuid>"
RunId delegated_run_id(const ModeSlug& mode, const std::string& uuid);

// Two tasks that differ in case, white space or the full stop at their end are the same task.
std::string normalise_task(std::string_view task);

// The times that bound a delegated run.
struct DelegationTimes {
  Instant now{};
  Duration wanted{};                       // 0: no limit of its own
  std::optional<Instant> wanted_deadline;  // of the request
  std::optional<Instant> parent_deadline;
  std::optional<Instant> tree_start;  // of the root
};
// Pure: how long it may run. limit_reached, naming the limit, when less than kDelegationTimeLeast
// is left.
Result<Duration> allowed_time(const DelegationTimes& times);

// A line of children.jsonl in the folder of a run that has delegated: first when the child is
// claimed, again when it is over.
struct ChildRecord {
  Instant time{};
  RunId run;
  ModeSlug mode;
  std::string task;  // one line
  std::string end;   // word of AttemptEnd; empty: it was only started
  std::string reason;
  std::string answer;
  std::int64_t cost_usd_micros = 0;
  std::int64_t tokens = 0;
  Duration busy{};
};
// In the file's order; empty when the run has delegated nothing. Damaged lines are passed over.
Result<std::vector<ChildRecord>> read_children(FileSystem& files, const RunId& parent);

}  // namespace loop
