// SPDX-License-Identifier: MIT
// The table of adapters and of built-in agents.
#include "loop/agents/adapter.h"

#include <string>

#include <fmt/format.h>

#include "cli_dialect.hpp"
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
template <const CliDialect& (*dialect)()>
Result<std::unique_ptr<AgentAdapter>> make_cli(const AgentDefinition& definition,
                                               const std::string& zone) {
  return make_cli_adapter(dialect(), definition, zone);
}

constexpr AdapterEntry kAdapters[] = {
    {"generic", make_generic_adapter},    {"shell", make_shell_adapter},
    {"claude", make_cli<claude_dialect>}, {"codex", make_cli<codex_dialect>},
    {"gemini", make_cli<gemini_dialect>}, {"opencode", make_cli<opencode_dialect>},
};

AgentDefinition shell_definition() {
  AgentDefinition definition;
  definition.name = "shell";
  definition.adapter = "shell";
  definition.command = "/bin/sh";
  definition.args = {"{prompt_file}"};
  return definition;
}

AgentDefinition coding_agent(const CliDialect& dialect) {
  AgentDefinition definition;
  definition.name = dialect.name;
  definition.adapter = dialect.name;
  definition.command = dialect.name;
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
  static const std::vector<AgentDefinition> agents = {
      shell_definition(), coding_agent(claude_dialect()), coding_agent(codex_dialect()),
      coding_agent(gemini_dialect()), coding_agent(opencode_dialect())};
  return agents;
}

}  // namespace loop
