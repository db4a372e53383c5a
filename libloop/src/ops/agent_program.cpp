// SPDX-License-Identifier: MIT
// Finding agents and their programs.
#include "ops/agent_program.hpp"

#include "loop/agents/adapter.h"

namespace loop::ops {

const AgentDefinition* find_agent(const Config& config, const std::string& name) {
  const auto configured = config.agents.find(name);
  if (configured != config.agents.end()) return &configured->second;
  for (const AgentDefinition& agent : built_in_agents()) {
    if (agent.name == name) return &agent;
  }
  return nullptr;
}

std::string agent_program(const OperationContext& context, const AgentDefinition& agent) {
  const std::string& name = agent.command;
  const bool is_relative = !name.starts_with('/') && name.find('/') != std::string::npos;
  const std::string program = is_relative ? context.services.files.root() + "/" + name : name;
  return context.services.processes.find_program(program, context.engine.environment);
}

}  // namespace loop::ops
