// SPDX-License-Identifier: MIT
// Agents by name, and a run held to what the operator says of its agent now.
#include "engine/agent_choice.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "loop/agents/adapter.h"
#include "loop/base/text.h"
#include "loop/engine/runner.h"

namespace loop {

Result<AgentDefinition> choose_agent(const EngineOptions& options, const std::string& name) {
  std::vector<std::string> known;
  for (const auto& [key, definition] : options.config.agents) known.push_back(key);
  for (const AgentDefinition& definition : built_in_agents()) known.push_back(definition.name);
  if (name.empty()) {
    return Error(Errc::invalid_argument,
                 fmt::format("no agent: set \"loop\": {{\"agent\": ...}} in the schedule or "
                             "engine.default_agent in the configuration (known: {})",
                             fmt::join(known, ", ")));
  }
  std::optional<AgentDefinition> chosen;
  if (const auto own = options.config.agents.find(name); own != options.config.agents.end()) {
    chosen = own->second;
  }
  for (const AgentDefinition& definition : built_in_agents()) {
    if (!chosen && definition.name == name) chosen = definition;
  }
  if (!chosen) {
    return Error(Errc::not_found, fmt::format("unknown agent \"{}\"{} (known: {})", name,
                                              did_you_mean(name, known), fmt::join(known, ", ")));
  }
  if (chosen->adapter == "shell" && !options.is_trusted) {
    return Error(
        Errc::not_trusted,
        "agent \"shell\" runs the task's text as a script, which needs a trusted workspace: "
        "approve it with `loopctl trust`");
  }
  return std::move(*chosen);
}

Status hold_to_configuration(const EngineOptions& options, RunIntent& intent) {
  const Config& config = options.config;
  LOOP_TRY(intent.agent, choose_agent(options, intent.agent.name));
  intent.sandbox = std::max({intent.sandbox, config.sandbox, intent.agent.sandbox.profile});
  intent.env_allow = config.env_allow;
  intent.mcp_command = config.mcp_command;
  intent.prices = config.prices;
  return {};
}

}  // namespace loop
