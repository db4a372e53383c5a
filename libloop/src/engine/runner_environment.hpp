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
};

struct AgentEnvironment {
  std::vector<std::string> entries;  // "NAME=value", sorted
  std::vector<std::string> refused;  // names of intent.env that a workspace may not set
};

// Later ones win: the common names, the allow-lists, the adapter's, the schedule's, LOOP_*.
AgentEnvironment agent_environment(const EnvironmentRequest& request);

}  // namespace loop
