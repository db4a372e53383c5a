// SPDX-License-Identifier: MIT
// One attempt from the held start of its agent to result.json.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "attempt_events.hpp"
#include "attempt_limits.hpp"
#include "attempt_output.hpp"
#include "loop/domain/time_ledger.h"
#include "loop/engine/run_record.h"
#include "loop/engine/runner.h"

namespace loop {

// The attempt's lock is held by the caller. The steps, and what a crash after each leaves:
//   launch held      nothing: the child ends with us, the launch can be tried again
//   started.json     an attempt without result: never started again for this slot
//   time row opened  the same, and an open row
//   released         the agent runs; it gets SIGTERM when we die
//   agent ended, stragglers ended, time row closed
//   result.json      done
class AttemptSupervisor {
 public:
  AttemptSupervisor(RunnerContext& context, RunDirectory& directory, RunIntent intent, int launch);
  Status run();
  // In place of `run`: a result that says why.
  Status refuse(const Error& reason);

 private:
  struct Prepared {
    std::unique_ptr<AgentStream> stream;
    LaunchSpec spec;
  };

  Result<Prepared> prepare();
  Result<AgentTask> describe_task();
  Result<std::string> working_directory();
  LaunchSpec launch_spec(const AgentCommand& command, std::string directory);
  std::vector<std::string> environment(const AgentCommand& command);
  Status confine(LaunchSpec& spec);
  void remove_temporary_files();

  Status launch(Prepared prepared);
  Status record_start(const ChildProcess& child);
  Status open_time_row();
  void close_time_row(AttemptResult& result);

  std::optional<StopCause> supervise(ChildProcess& child);
  std::optional<StopCause> find_stop(const AttemptTimes& times);
  std::optional<StopRequest> find_stop_request();
  void end_tree(const ChildProcess& child, Duration grace);
  void end_children(const std::string& reason);
  void warn_once(const AttemptTimes& times);
  void read_output(std::uint64_t bytes_max);
  void take_events(const std::vector<AgentEvent>& events);
  AttemptTimes times() const;

  AttemptResult conclude(const std::optional<ExitStatus>& exit,
                         const std::optional<StopCause>& cause);
  Status finish(AttemptResult result);
  Status finish_unstarted(AttemptEnd end, OutcomeClass outcome, const std::string& reason);
  Status refuse_start(const Error& error, OutcomeClass outcome);
  void add_note(const std::string& note);
  void log(LogLevel level, const std::string& message);
  std::string absolute(const RelativePath& path) const;

  RunnerContext& context_;
  RunDirectory& directory_;
  const RunIntent intent_;
  const int launch_;
  const std::string marker_;
  TimeLedger ledger_;
  EventLog events_;
  GrowingFile stdout_;
  GrowingFile stderr_;
  std::unique_ptr<AgentStream> stream_;
  Instant started_{};
  Duration begin_{};
  Duration agent_elapsed_{};
  std::optional<Duration> last_output_;
  std::string hopeless_;  // why the agent's own stream says that it cannot succeed; empty: it may
  std::string note_;
  std::string sandbox_text_;
  bool has_time_row_ = false;
  bool has_warned_ = false;
};

}  // namespace loop
