// SPDX-License-Identifier: MIT
// The files of a run: intent, start, stop request and result, as values with their JSON forms.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "loop/agents/outcome.h"
#include "loop/base/ids.h"
#include "loop/base/process.h"
#include "loop/base/random.h"
#include "loop/domain/config.h"
#include "loop/domain/time_ledger.h"
#include "loop/store/file_content.h"

namespace loop {

// .loop/runs/<run>/intent.json: written once by the claim; everything a runner needs.
struct RunIntent {
  RunId run;
  ScheduleId schedule;
  std::string schedule_name;
  std::optional<Instant> slot;  // nothing for a run by hand
  Instant claimed{};
  ModeSlug mode;
  std::string task;                        // as it was asked for; the prompt has more around it
  RunId parent;                            // that delegated it; empty for a root
  int depth = 1;                           // levels from the root
  Priority priority = Priority::schedule;  // of its time rows
  AgentDefinition agent;                   // as it was at the claim
  std::string model;
  std::string session;                            // UUID
  SandboxProfile sandbox = SandboxProfile::none;  // the strictest that anyone asked for
  std::string cwd;                                // relative to the root; empty: the root
  std::map<std::string, std::string> env;
  std::vector<std::string> env_allow;
  std::vector<std::string> mcp_command;      // of the configuration at the claim
  std::map<std::string, ModelPrice> prices;  // the same
  std::string zone;
  Duration timeout_total{};
  Duration timeout_idle{};     // 0: none
  Duration timeout_startup{};  // 0: none
  Duration kill_grace{};
  std::string schedule_sha256;  // of the schedule's bytes at the claim
  std::string stage;            // of a workflow; empty otherwise
  std::string findings;         // that the stage was given
  std::string findings_from;    // a stage
};

// a<n>/started.json: the agent process exists; written while it is still held before its exec.
struct AttemptStart {
  ProcessIdentity runner;
  ProcessIdentity agent;
  Instant time{};
  std::string sandbox;  // what is in force, in words; empty: written before there were any
  std::string limits;   // the same
  std::string group;    // the agent's control group; empty: it has none
};

enum class AttemptEnd {
  succeeded,
  failed,
  timed_out,    // total or start-up time
  stalled,      // no output for too long
  interrupted,  // by overlap `interrupt`
  cancelled,    // by a person
  limited,      // the provider's limit: parked, not counted
  abandoned,    // runner and agent are gone without a result
};
std::string_view to_string(AttemptEnd end) noexcept;
std::optional<AttemptEnd> parse_attempt_end(std::string_view text);

// a<n>/result.json: written once by the runner, last of all.
struct AttemptResult {
  AttemptEnd end = AttemptEnd::failed;
  AgentOutcome outcome;
  std::optional<ExitStatus> exit;  // nothing when no process was started
  Instant started{};
  Instant ended{};
  std::string note;  // what else went wrong ("the time row was not closed: ..."); mostly empty
};

// a<n>/stop.json: a request to the runner, written by anyone.
struct StopRequest {
  AttemptEnd as = AttemptEnd::cancelled;  // interrupted, stalled or cancelled
  std::string reason;
  Instant time{};
};

// One run's folder; `run` must be one valid path component, as slot_run_id and manual_run_id make
// it (see is_run_id for ids from outside). Each write is durable and atomic; reads give nothing for
// an absent file and invalid_data for a damaged one. `launch` counts from 1: a parked attempt is
// launched again.
class RunDirectory {
 public:
  RunDirectory(FileSystem& files, RandomSource& random, const RunId& run);

  // The claim: makes the folder (already_exists: someone else claimed this run and it stands),
  // then prompt.md and intent.json, all durable. A folder left without intent.json by a crash is
  // claimed anew; callers hold the dispatch lock.
  Status claim(const RunIntent& intent, std::string_view prompt);

  Result<std::optional<RunIntent>> intent();
  Result<std::string> prompt();

  RelativePath path() const { return path_; }
  RelativePath launch_path(int launch) const;
  Status make_launch(int launch);  // the folder a<n>; an existing one is success
  Result<int> last_launch();       // 0: none

  RelativePath lock_path(int launch) const;       // held by the runner for its life
  RelativePath temporary_path(int launch) const;  // of a confined agent, while it runs
  RelativePath stdout_path(int launch) const;
  RelativePath stderr_path(int launch) const;
  RelativePath events_path(int launch) const;  // normalised events, JSON lines

  Status write_started(int launch, const AttemptStart& start);
  Result<std::optional<AttemptStart>> started(int launch);
  Status write_result(int launch, const AttemptResult& result);
  Result<std::optional<AttemptResult>> result(int launch);
  Status write_stop(int launch, const StopRequest& request);
  Result<std::optional<StopRequest>> stop(int launch);

  // When stdout.log or stderr.log last grew; nothing when neither exists.
  Result<std::optional<Instant>> last_output(int launch);

 private:
  FileSystem& files_;
  RandomSource& random_;
  RelativePath path_;
};

// Whether a text can be the id of a run: one path component.
bool is_run_id(std::string_view text);

// `task_id` of the time rows of one launch: "<run>/a<n>".
TaskId time_task_id(const RunId& run, int launch);
// Every process of a launch has this in its environment: "LOOP_ATTEMPT=<root>:<run>/a<n>". The root
// is part of it: two workspaces may have runs of the same id.
std::string process_marker(const std::string& root, const RunId& run, int launch);

}  // namespace loop
