// SPDX-License-Identifier: MIT
// The table of adapters and of built-in agents.
#include "loop/agents/adapter.h"

#include <string>

#include <fmt/format.h>

#include "generic_adapter.hpp"
#include "loop/base/text.h"
#include "shell_adapter.hpp"

namespace loop {

namespace {

using MakeAdapter = Result<std::unique_ptr<AgentAdapter>> (*)(const AgentDefinition&,
                                                              const std::string&);
struct AdapterEntry {
  const char* name;
  MakeAdapter make;
};
constexpr AdapterEntry kAdapters[] = {
    {"generic", make_generic_adapter},
    {"shell", make_shell_adapter},
};

AgentDefinition shell_definition() {
  AgentDefinition definition;
  definition.name = "shell";
  definition.adapter = "shell";
  definition.command = "/bin/sh";
  definition.args = {"{prompt_file}"};
  return definition;
}

}  // namespace

std::string_view to_string(AgentEventKind kind) noexcept {
  switch (kind) {
    case AgentEventKind::started: return "started";
    case AgentEventKind::message: return "message";
    case AgentEventKind::tool_call: return "tool_call";
    case AgentEventKind::tool_result: return "tool_result";
    case AgentEventKind::usage: return "usage";
    case AgentEventKind::error: return "error";
    case AgentEventKind::final: return "final";
    case AgentEventKind::output: return "output";
    case AgentEventKind::unknown: return "unknown";
  }
  return "unknown";
}

Result<std::unique_ptr<AgentAdapter>> make_adapter(const AgentDefinition& definition,
                                                   const std::string& zone) {
  std::vector<std::string> known;
  for (const AdapterEntry& entry : kAdapters) {
    if (definition.adapter == entry.name) return entry.make(definition, zone);
    known.emplace_back(entry.name);
  }
  return Error(Errc::unsupported,
               fmt::format("agent \"{}\": no adapter is named \"{}\"{}; known are {}",
                           definition.name, definition.adapter,
                           did_you_mean(definition.adapter, known), fmt::join(known, ", ")));
}

const std::vector<AgentDefinition>& built_in_agents() {
  static const std::vector<AgentDefinition> agents = {shell_definition()};
  return agents;
}

}  // namespace loop
