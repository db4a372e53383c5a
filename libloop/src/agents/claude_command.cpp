// SPDX-License-Identifier: MIT
// Claude Code's command line: claude -p PROMPT --output-format stream-json --verbose ...
#include <boost/json.hpp>
#include <fmt/format.h>

#include "cli_dialect.hpp"

namespace loop {

namespace {

namespace json = boost::json;

std::string_view mode_of(AgentPermission permission) {
  switch (permission) {
    case AgentPermission::plan: return "plan";
    case AgentPermission::edit: return "acceptEdits";
    case AgentPermission::full: return "bypassPermissions";
  }
  return "plan";
}

std::string mcp_config(const std::vector<std::string>& command) {
  json::array args(command.begin() + 1, command.end());
  json::object server{{"type", "stdio"}, {"command", command.front()}, {"args", std::move(args)}};
  json::object servers;
  servers[kMcpServerName] = std::move(server);
  return json::serialize(json::object{{"mcpServers", std::move(servers)}});
}

// The session's id is chosen by us, so that it is known even when nothing was printed. When an
// attempt began without printing it, the id may be taken and may hold nothing: a new one then.
void append_session(const AgentTask& task, std::vector<std::string>& argv) {
  if (!task.resume && !task.session.empty()) append(argv, {"--session-id", task.session});
  if (task.resume && !task.said_session.empty()) append(argv, {"--resume", task.said_session});
}

void append_limits(const AgentDefinition& definition, std::vector<std::string>& argv) {
  if (definition.turns_max > 0) {
    append(argv, {"--max-turns", fmt::to_string(definition.turns_max)});
  }
  if (definition.budget_usd_micros > 0) {
    append(argv,
           {"--max-budget-usd", fmt::format("{}.{:06}", definition.budget_usd_micros / 1'000'000,
                                            definition.budget_usd_micros % 1'000'000)});
  }
}

Result<AgentCommand> claude_command(const AgentDefinition& definition, const AgentTask& task) {
  if (definition.permission == AgentPermission::full && task.is_root) {
    return Error(
        Errc::invalid_argument,
        fmt::format("agent \"{}\": Claude Code refuses permission \"full\" to root; run as "
                    "another user, or set agents.{}.permission to \"edit\"",
                    definition.name, definition.name));
  }
  AgentCommand command;
  std::vector<std::string>& argv = command.argv;
  append(argv, {definition.command, "-p"});
  if (is_argument(task.prompt)) append(argv, {task.prompt});
  if (!is_argument(task.prompt)) command.stdin_path = task.prompt_path;
  append(argv, {"--output-format", "stream-json", "--verbose", "--permission-mode",
                mode_of(definition.permission)});
  const std::string& model = model_of(definition, task);
  if (!model.empty()) append(argv, {"--model", model});
  append_limits(definition, argv);
  append_session(task, argv);
  if (!task.mcp_command.empty()) {
    // Headless, a tool that is not allowed beforehand is denied.
    const bool may_use_tools = definition.permission != AgentPermission::plan;
    if (may_use_tools) append(argv, {"--allowedTools", fmt::format("mcp__{}", kMcpServerName)});
    append(argv, {"--mcp-config", mcp_config(task.mcp_command), "--strict-mcp-config"});
  }
  argv.insert(argv.end(), definition.extra_args.begin(), definition.extra_args.end());
  return command;
}

}  // namespace

const CliDialect& claude_dialect() {
  static const CliDialect dialect{
      "claude",
      R"(its final event, "result")",
      true,
      true,
      {"ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_BASE_URL", "CLAUDE_CODE_OAUTH_TOKEN",
       "CLAUDE_CODE_USE_BEDROCK", "CLAUDE_CODE_USE_VERTEX", "CLAUDE_CONFIG_DIR"},
      claude_command,
      open_claude_stream};
  return dialect;
}

}  // namespace loop
