// SPDX-License-Identifier: MIT
// The runner: one process that supervises one launch of an agent from claim to result.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "loop/base/clock.h"
#include "loop/base/ids.h"
#include "loop/base/log.h"
#include "loop/base/process.h"
#include "loop/base/random.h"
#include "loop/store/file_system.h"

namespace loop {

struct EngineOptions;
struct RunIntent;

struct RunnerContext {
  FileSystem& files;
  Clock& clock;
  RandomSource& random;
  ProcessLauncher& processes;
  Log& log;
  std::map<std::string, std::string>
      environment;  // of the runner; the agent gets an allow-list of it
  // Whether this process was asked to end (SIGTERM). The handler belongs to main: it sets a flag,
  // without SA_RESTART, and this reads it. Empty: never asked.
  std::function<bool()> stop_requested;
  // What is executed, and how it is confined, is the operator's word: this puts it into the intent
  // before the start (hold_to_configuration). The folder of a run is no place for it, as every
  // agent of the workspace can write there. Empty: the intent is believed.
  std::function<Status(RunIntent&)> hold{};
  // What the product's own programs read outside of the workspace, for a confined agent that is
  // given its MCP server: this program, the operator's configuration and approvals.
  std::vector<std::string> own_places{};
};

// Replaces the agent of an intent by what its name stands for now, and all that a configuration
// decides of what is executed and seen. The sandbox becomes no less than it was.
Status hold_to_configuration(const EngineOptions& options, RunIntent& intent);

struct RunnerRequest {
  RunId run;
  int launch = 1;
};

// In this order: takes the launch's lock (held: someone else runs it, exit quietly); returns when
// started.json or result.json is there already; starts the agent held; writes started.json durably;
// opens the time row; lets the agent go; feeds its output to the adapter and events.jsonl; enforces
// start-up, idle and total time (a warning at 80 %), stop.json and SIGTERM to itself: SIGTERM to
// the whole tree, `kill_grace`, SIGKILL until the tree is gone; closes the time row; writes
// result.json. Processes that the agent leaves behind are ended too (SIGTERM, 2 s, SIGKILL). A
// runner that cannot start the agent writes a result that says so and succeeds. It fails, and no
// agent has run, when the disk is full before the start or the run has no readable intent: the
// launch can be tried again. It also fails when result.json could not be written at the end.
Status run_launch(RunnerContext& context, const RunnerRequest& request);

// Ends every process of a launch: SIGTERM, `grace`, then SIGKILL until none is left. For the
// runner, and for whoever adopts an agent whose runner died. Those of its control group, if it has
// one, belong to it, and are killed at once.
Status end_process_tree(ProcessLauncher& processes, Clock& clock, const ProcessIdentity& root,
                        const std::string& marker, Duration grace, const std::string& group = {});

}  // namespace loop
