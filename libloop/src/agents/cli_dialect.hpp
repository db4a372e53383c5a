// SPDX-License-Identifier: MIT
// A coding agent's command line and stream: what one adapter differs in from another.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "loop/agents/adapter.h"
#include "output_stream.hpp"

namespace loop {

// The MCP server that an agent is given is known to it by this name.
inline constexpr std::string_view kMcpServerName = "loop";

struct CliDialect {
  std::string_view name;  // of the adapter, and of the program
  std::string_view final_event;
  bool has_turns_max = false;
  bool has_budget = false;
  std::vector<std::string> pass_on;  // variables that tell it who it is
  Result<AgentCommand> (*command)(const AgentDefinition&, const AgentTask&);
  std::unique_ptr<AgentStream> (*open_stream)(StreamRules, std::shared_ptr<const LinePatterns>);
};

const CliDialect& claude_dialect();
const CliDialect& codex_dialect();
const CliDialect& gemini_dialect();
const CliDialect& opencode_dialect();

// The streams, each in a file of its own.
std::unique_ptr<AgentStream> open_claude_stream(StreamRules rules,
                                                std::shared_ptr<const LinePatterns> patterns);
std::unique_ptr<AgentStream> open_codex_stream(StreamRules rules,
                                               std::shared_ptr<const LinePatterns> patterns);
std::unique_ptr<AgentStream> open_gemini_stream(StreamRules rules,
                                                std::shared_ptr<const LinePatterns> patterns);
std::unique_ptr<AgentStream> open_opencode_stream(StreamRules rules,
                                                  std::shared_ptr<const LinePatterns> patterns);

// invalid_argument for what the dialect has no words for: a limit that it does not know, `args`
// and `format`, which are the generic adapter's.
Result<std::unique_ptr<AgentAdapter>> make_cli_adapter(const CliDialect& dialect,
                                                       const AgentDefinition& definition,
                                                       const std::string& zone);

// ---- for the command lines ----

// One argument holds 128 KiB; below this there is room for doubt.
inline constexpr std::size_t kPromptArgumentBytesMax = 100'000;

// Whether the prompt can be an argument. A longer one, one that reads as an option ("- list the
// files") or as a subcommand (a single word), and one with a NUL byte are fed by stdin from the
// prompt's file.
bool is_argument(std::string_view prompt);

// The schedule's model, else the definition's; empty: the agent's own choice.
const std::string& model_of(const AgentDefinition& definition, const AgentTask& task);

void append(std::vector<std::string>& argv, std::initializer_list<std::string_view> arguments);

}  // namespace loop
