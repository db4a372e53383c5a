// SPDX-License-Identifier: MIT
// From a due slot to a runner process: resolves mode and agent, claims the run, launches it.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "engine/consequences.hpp"
#include "engine/run_ledger.hpp"
#include "loop/domain/modes.h"
#include "loop/domain/time_ledger.h"
#include "loop/domain/workflow.h"

namespace loop {

// What a delegated run has besides the schedule that is made up for it.
struct DelegatedTask {
  RunId parent;  // empty: a person asked
  int depth = 1;
  Priority priority = Priority::normal;
  std::string context;
  std::vector<std::string> requirements;
  std::optional<Instant> deadline;
};

struct StartRequest {
  const Schedule& schedule;
  RunId run;
  std::optional<Instant> slot;  // nothing for a run by hand
  bool is_background = false;
  std::string schedule_sha256;
  const DelegatedTask* delegated = nullptr;
};

class RunStarter {
 public:
  RunStarter(const EngineContext& context, const EngineOptions& options, RunLedger& ledger,
             Consequences& consequences)
      : context_(context), options_(options), ledger_(ledger), consequences_(consequences) {}

  void use_modes(ModeBook modes) { modes_ = std::move(modes); }

  // Claims and launches. A schedule that cannot run (unknown mode, no agent, not trusted) is
  // refused before the claim: the slot is consumed by a failed run whose reason says why, and no
  // process is started. An error (full disk) consumes nothing: call again.
  Status start(const StartRequest& request, Instant now);

  // Whether `start` would claim it, or refuse.
  Status check(const StartRequest& request) const;

  // Claims the folder of a delegated run that has to wait, with the journal line `waiting`; and
  // later claims and launches it.
  Status queue(const StartRequest& request, Instant now);
  Status start_queued(const RunSummary& run, Instant now);

  const ModeBook& modes() const { return *modes_; }  // after use_modes

  // Starts a runner for the next launch of a claimed run. Safe to repeat: the runner's lock
  // decides.
  Status launch(const RunSummary& run, int attempt, int launch, Instant now);

  // For a launch whose runner never took its lock: starts one again, at growing intervals. False
  // when it has been tried often enough.
  Result<bool> launch_again(const RunSummary& run, Instant now);

  // When launch_again has something to do; nothing when no launch is pending.
  std::optional<Instant> next_try();

  // Why the last start was refused; nothing when it was not.
  const std::optional<Error>& refusal() const { return refusal_; }

  void forget(const RunId& run) { tries_.erase(run); }

 private:
  struct Plan {
    Mode mode;
    AgentDefinition agent;
    std::optional<WorkflowPosition> position;
  };
  struct Try {
    Instant at{};
    int count = 0;
    ProcessIdentity runner;
  };

  Result<Plan> plan(const Schedule& schedule) const;
  Status claim(const StartRequest& request, const Plan& plan, Instant now);
  static JournalEntry claim_entry(const StartRequest& request, const Plan& plan, JournalEvent event,
                                  Instant now);
  std::string make_prompt(const StartRequest& request, const Plan& plan) const;
  std::vector<std::string> runner_environment(const RunId& run, int launch) const;
  Status refuse(const StartRequest& request, const Error& reason, Instant now);
  SandboxProfile sandbox_of(const StartRequest& request, const Plan& plan) const;
  RunIntent make_intent(const StartRequest& request, const Plan& plan, Instant now);
  Status spawn(const RunSummary& run, int launch, Instant now);

  const EngineContext& context_;
  const EngineOptions& options_;
  RunLedger& ledger_;
  Consequences& consequences_;
  std::optional<ModeBook> modes_;
  std::optional<Error> refusal_;
  std::map<RunId, Try> tries_;
};

}  // namespace loop
