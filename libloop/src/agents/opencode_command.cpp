// SPDX-License-Identifier: MIT
// opencode's command line: opencode run --format json ... PROMPT, and its configuration for one
// run.
#include <boost/json.hpp>

#include "cli_dialect.hpp"

namespace loop {

namespace {

namespace json = boost::json;

// What would ask is denied: there is nobody to ask. `full` leaves the agent's own configuration
// alone and lets it approve by itself, so that explicit denials there still hold.
json::object permissions_of(AgentPermission permission) {
  switch (permission) {
    case AgentPermission::plan:
      return {{"edit", "deny"}, {"bash", "deny"}, {"external_directory", "deny"}};
    case AgentPermission::edit:
      return {{"edit", "allow"}, {"bash", "deny"}, {"external_directory", "deny"}};
    case AgentPermission::full: return {};
  }
  return {};
}

std::string config_of(const AgentDefinition& definition, const AgentTask& task) {
  json::object config;
  json::object permissions = permissions_of(definition.permission);
  if (!permissions.empty()) config["permission"] = std::move(permissions);
  if (!task.mcp_command.empty()) {
    json::array command(task.mcp_command.begin(), task.mcp_command.end());
    json::object server{{"type", "local"}, {"command", std::move(command)}, {"enabled", true}};
    config["mcp"] = json::object{{kMcpServerName, std::move(server)}};
  }
  return config.empty() ? "" : json::serialize(config);
}

Result<AgentCommand> opencode_command(const AgentDefinition& definition, const AgentTask& task) {
  AgentCommand command;
  std::vector<std::string>& argv = command.argv;
  append(argv, {definition.command, "run", "--format", "json"});
  if (definition.permission == AgentPermission::full) append(argv, {"--auto"});
  const std::string& model = model_of(definition, task);
  if (!model.empty()) append(argv, {"-m", model});
  // opencode chooses the session's id: only what it said can be resumed.
  if (task.resume && !task.said_session.empty()) append(argv, {"-s", task.said_session});
  argv.insert(argv.end(), definition.extra_args.begin(), definition.extra_args.end());
  if (is_argument(task.prompt)) append(argv, {task.prompt});
  if (!is_argument(task.prompt)) command.stdin_path = task.prompt_path;
  const std::string config = config_of(definition, task);
  if (!config.empty()) command.environment["OPENCODE_CONFIG_CONTENT"] = config;
  return command;
}

}  // namespace

const CliDialect& opencode_dialect() {
  static const CliDialect dialect{
      "opencode",
      R"(its final event, the "step_finish" of a last step)",
      false,
      false,
      {"ANTHROPIC_API_KEY", "GEMINI_API_KEY", "GOOGLE_GENERATIVE_AI_API_KEY", "OPENAI_API_KEY",
       "OPENCODE_API_KEY", "OPENCODE_CONFIG", "OPENCODE_CONFIG_DIR", "OPENROUTER_API_KEY",
       "XDG_CONFIG_HOME", "XDG_DATA_HOME"},
      opencode_command,
      open_opencode_stream};
  return dialect;
}

}  // namespace loop
