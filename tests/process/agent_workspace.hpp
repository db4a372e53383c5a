// SPDX-License-Identifier: MIT
// A real workspace whose agents are the stand-in, under the names of real ones on PATH.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/process_fixture.hpp"
#include "loop/engine/engine.h"
#include "loop/engine/run_record.h"
#include "process/real_workspace.hpp"

namespace loop::test {

// A schedule that runs by hand only.
struct AgentJob {
  std::string id;
  std::string agent;
  std::string task;
  std::map<std::string, std::string> env;
  int timeout_s = 60;
  std::string model;
};

class AgentWorkspace {
 public:
  AgentWorkspace();

  void write_jobs(const std::vector<AgentJob>& jobs);

  // An engine on the workspace with all jobs triggered, stepped until none of their runs has a
  // process: each is finished, parked, or waits for its next attempt.
  void run_all(const std::vector<AgentJob>& jobs);
  void trigger(const std::string& job);
  // Steps until every live run waits for a later time, at most `settle_limit` of real time.
  bool settle();
  // Puts the clock forward to when the run goes on, and steps on.
  void go_on(const RunId& run);

  RunId run_of(const std::string& job) const;  // the newest
  RunSummary summary_of(const std::string& job) const;
  AttemptResult result_of(const std::string& job, int launch = 1) const;
  std::string log_of(const std::string& job, const std::string& name, int launch = 1) const;
  int failures_of(const std::string& job) const;

  // Live processes that belong to a run of this workspace, by what their environment says, and
  // those that noted their ids in FAKE_PIDS.
  std::vector<int> processes_left() const;

  const TemporaryFolder top;
  std::string root;
  std::unique_ptr<FileSystem> files;
  ShiftedClock clock;
  SystemRandom random;
  NullLog log;
  std::unique_ptr<ProcessLauncher> processes;
  EngineOptions options;
  Duration settle_limit = std::chrono::seconds{60};
  std::unique_ptr<Engine> engine;

 private:
  std::map<std::string, RunId> runs_;
};

}  // namespace loop::test
