// SPDX-License-Identifier: MIT
// Asking the agents' programs for their version.
#include "ops/agent_version.hpp"

#include <map>

#include "loop/agents/adapter.h"
#include "loop/base/text.h"
#include "ops/agent_program.hpp"
#include "ops/captured_command.hpp"

namespace loop::ops {

namespace {

constexpr Duration kVersionTimeout = std::chrono::seconds{10};
constexpr std::size_t kVersionLengthMax = 120;

std::optional<std::string> first_line_of(const CommandOutcome& outcome) {
  if (!outcome.ok()) return std::nullopt;
  for (const std::string_view line : split_lines(outcome.output)) {
    if (!line.empty()) return ellipsize(to_single_line(line), kVersionLengthMax);
  }
  return std::nullopt;
}

}  // namespace

Result<std::vector<DependencyAnswer>> find_dependencies(const OperationContext& context) {
  std::map<std::string, const AgentDefinition*> agents;
  for (const AgentDefinition& agent : built_in_agents()) agents[agent.name] = &agent;
  for (const auto& [name, agent] : context.engine.config.agents) agents[name] = &agent;

  std::vector<DependencyAnswer> dependencies;
  for (const auto& [name, agent] : agents) {
    if (agent->adapter == "shell") continue;
    DependencyAnswer& dependency = dependencies.emplace_back();
    dependency.agent = name;
    dependency.program = agent->command;
    const std::string program = agent_program(context, *agent);
    if (program.empty()) continue;
    dependency.path = program;
    const auto outcome = run_captured(context, {.argv = {program, "--version"},
                                                .directory = context.services.files.root(),
                                                .timeout = kVersionTimeout});
    if (!outcome && outcome.error().code() == Errc::cancelled) return outcome.error();
    if (outcome) dependency.version = first_line_of(*outcome);
  }
  return dependencies;
}

}  // namespace loop::ops
