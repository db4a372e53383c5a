// SPDX-License-Identifier: MIT
// From an agent's sandbox profile to what the kernel is to enforce, and to words for people.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "loop/engine/run_record.h"

namespace loop {

struct SandboxRequest {
  const RunIntent& intent;
  const std::map<std::string, std::string>& runner;  // environment: HOME for "~/"
  std::string root;
  std::string program;  // that the launch will start; empty: none was found
  // What the product's own programs read, when the agent is given its MCP server.
  std::vector<std::string> own_places;
};

// Nothing for the profile none.
std::optional<Confinement> agent_confinement(const SandboxRequest& request);

// "workspace (Landlock ABI 7: files, truncation, devices, signals)", "best effort: ..." when
// something of it is missing, "not available: ..." when all is.
std::string describe_sandbox(SandboxProfile profile, const ConfinementSupport& support);

// Whether an agent with the fallback `refuse` is started.
bool is_enforceable(SandboxProfile profile, const ConfinementSupport& support);

// "Landlock ABI 7, socket filter", or why there is nothing.
std::string describe_support(const ConfinementSupport& support);

// "memory 512 MiB, open files 256, core 0"; empty when nothing is limited.
std::string describe_limits(const ResourceLimits& limits);

}  // namespace loop
