// SPDX-License-Identifier: MIT
// Whether the kernel can do what the configuration asks for agents.
#include <algorithm>

#include <fmt/format.h>

#include "loop/engine/agent_sandbox.h"
#include "ops/workspace_checks.hpp"

namespace loop::ops {

namespace {

struct Wish {
  std::string who;
  SandboxProfile profile;
  SandboxFallback fallback;
};

std::vector<Wish> wishes(const Config& config) {
  std::vector<Wish> found;
  if (config.sandbox != SandboxProfile::none) {
    found.push_back({"every agent", config.sandbox, SandboxFallback::refuse});
  }
  for (const auto& [name, agent] : config.agents) {
    const SandboxProfile profile = std::max(config.sandbox, agent.sandbox.profile);
    const bool is_said =
        profile == config.sandbox && agent.sandbox.fallback == SandboxFallback::refuse;
    if (is_said) continue;
    found.push_back({fmt::format("agent \"{}\"", name), profile, agent.sandbox.fallback});
  }
  std::erase_if(found, [](const Wish& wish) { return wish.profile == SandboxProfile::none; });
  return found;
}

}  // namespace

void check_sandboxes(const OperationContext& context, Findings& findings) {
  const ConfinementSupport support = context.services.processes.confinement_support();
  for (const Wish& wish : wishes(context.engine.config)) {
    const std::string text =
        fmt::format("{}: sandbox: {}", wish.who, describe_sandbox(wish.profile, support));
    if (is_enforceable(wish.profile, support)) {
      findings.add(Severity::note, "engine.sandbox", "", text);
    } else if (wish.fallback == SandboxFallback::best_effort) {
      findings.add(Severity::warning, "engine.sandbox_missing", "", text);
    } else {
      findings.add(Severity::error, "engine.sandbox_missing", "",
                   fmt::format("{}; it is not started (sandbox_fallback)", text));
    }
  }
}

}  // namespace loop::ops
