// SPDX-License-Identifier: MIT
// The one interface to every kind of agent: how it is started, how its output is understood.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "loop/agents/outcome.h"
#include "loop/base/ids.h"
#include "loop/base/process.h"
#include "loop/domain/config.h"

namespace loop {

// What an adapter needs to know of one attempt.
struct AgentTask {
  RunId run;
  ModeSlug mode;
  std::string prompt;
  std::string prompt_path;   // absolute; holds the same text
  std::string session;       // a UUID chosen before the start, so that a crash can resume
  bool resume = false;       // an earlier attempt started, and may have begun the session
  std::string said_session;  // the id that the last attempt's stream gave; empty: none
  std::string model;         // of the schedule; empty: the definition's, else the agent's default
  std::string directory;     // absolute working directory
  std::vector<std::string> mcp_command;  // argv of a stdio MCP server for this run; empty: none
  bool is_root = false;                  // the agent will run as user 0
};

struct AgentCommand {
  std::vector<std::string> argv;                   // never through a shell
  std::map<std::string, std::string> environment;  // besides the common allow-list
  std::vector<std::string> pass_on;  // names that it takes over from the runner's environment
  std::string stdin_path;            // empty: /dev/null
};

enum class AgentEventKind {
  started,
  message,
  tool_call,
  tool_result,
  usage,
  error,
  final,
  output,
  unknown
};
std::string_view to_string(AgentEventKind kind) noexcept;

struct AgentEvent {
  AgentEventKind kind = AgentEventKind::unknown;
  std::string text;       // for people; valid UTF-8, at most 4 KiB
  bool ends_run = false;  // the attempt cannot succeed any more: it may be stopped at once
};

// Reads the output of one attempt as it comes. Bytes may be cut anywhere, also in a character.
class AgentStream {
 public:
  virtual ~AgentStream() = default;
  virtual std::vector<AgentEvent> read_stdout(std::string_view bytes) = 0;
  virtual void read_stderr(std::string_view bytes) = 0;
  // What the agent has called its session so far; empty: nothing.
  virtual std::string session() const = 0;
  // Once, after all output. `now` resolves reset times without a date ("resets 11:30am") in `zone`.
  virtual AgentOutcome finish(const ExitStatus& status, Duration elapsed, Instant now) = 0;
};

class AgentAdapter {
 public:
  virtual ~AgentAdapter() = default;
  // invalid_argument when the task cannot be expressed (a prompt over the size of one argument, a
  // permission that the agent refuses).
  virtual Result<AgentCommand> command(const AgentTask& task) const = 0;
  virtual std::unique_ptr<AgentStream> open_stream() const = 0;
};

// By `definition.adapter`: "generic", "shell" (the prompt is a script for /bin/sh, read from the
// prompt's file), or a coding agent: "claude", "codex", "gemini", "opencode". `zone` names the zone
// for reset times. unsupported names the known adapters; invalid_argument a definition that the
// adapter cannot keep (a limit that the agent does not have).
Result<std::unique_ptr<AgentAdapter>> make_adapter(const AgentDefinition& definition,
                                                   const std::string& zone);

// The built-in definitions that work by name without configuration: one an adapter but "generic".
const std::vector<AgentDefinition>& built_in_agents();

// "resets 11:30am", "resets at 15:00", "try again in 5 minutes", "retry-after: 30", an RFC 3339
// time or epoch seconds, found in a provider's message; the next such instant after `now`.
std::optional<Instant> find_reset_time(std::string_view text, Instant now, const std::string& zone);

}  // namespace loop
