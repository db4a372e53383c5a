// SPDX-License-Identifier: MIT
// The environment of an agent: built from nothing, by allow-lists.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "loop/engine/run_record.h"

namespace loop {

struct EnvironmentRequest {
  const std::map<std::string, std::string>& runner;   // what may be passed on
  const std::map<std::string, std::string>& adapter;  // what the adapter adds
  const RunIntent& intent;
  std::string root;
  std::string prompt_path;
  std::string marker;  // "LOOP_ATTEMPT=..."
  Instant started{};
  std::vector<std::string> pass_on{};  // names of `runner` that the adapter asks for
  std::string temporary{};             // the only folder for temporary files; empty: the runner's
};

struct AgentEnvironment {
  std::vector<std::string> entries;  // "NAME=value", sorted
  std::vector<std::string> refused;  // names of intent.env that a workspace may not set
};

// Later ones win: the common names, the allow-lists, the adapter's, the schedule's, LOOP_*. What an
// adapter sets or passes on says who the agent is and what it may do: a schedule needs the
// operator's word (env_allow) for these names, as for those that make a program load other code.
AgentEnvironment agent_environment(const EnvironmentRequest& request);

}  // namespace loop
