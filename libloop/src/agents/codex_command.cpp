// SPDX-License-Identifier: MIT
// Codex's command line: codex exec --json --skip-git-repo-check ... [resume ID] PROMPT.
#include <boost/json.hpp>
#include <fmt/format.h>

#include "cli_dialect.hpp"

namespace loop {

namespace {

namespace json = boost::json;

std::string_view sandbox_of(AgentPermission permission) {
  switch (permission) {
    case AgentPermission::plan: return "read-only";
    case AgentPermission::edit: return "workspace-write";
    case AgentPermission::full: return "danger-full-access";
  }
  return "read-only";
}

// `-c` takes TOML. A JSON string is a TOML basic string, and a JSON array of them a TOML array.
void append_mcp(const std::vector<std::string>& command, std::vector<std::string>& argv) {
  const json::array args(command.begin() + 1, command.end());
  append(argv, {"-c", fmt::format("mcp_servers.{}.command={}", kMcpServerName,
                                  json::serialize(json::string(command.front())))});
  append(argv,
         {"-c", fmt::format("mcp_servers.{}.args={}", kMcpServerName, json::serialize(args))});
  // Codex hands its servers no variables but these: they tell whose run calls.
  const json::array variables{"LOOP_RUN_ID", "LOOP_DEPTH", "LOOP_DEADLINE"};
  append(argv, {"-c", fmt::format("mcp_servers.{}.env_vars={}", kMcpServerName,
                                  json::serialize(variables))});
}

Result<AgentCommand> codex_command(const AgentDefinition& definition, const AgentTask& task) {
  AgentCommand command;
  std::vector<std::string>& argv = command.argv;
  append(argv, {definition.command, "exec", "--json", "--skip-git-repo-check", "-s",
                sandbox_of(definition.permission)});
  const std::string& model = model_of(definition, task);
  if (!model.empty()) append(argv, {"-m", model});
  if (!task.mcp_command.empty()) append_mcp(task.mcp_command, argv);
  argv.insert(argv.end(), definition.extra_args.begin(), definition.extra_args.end());
  // Codex chooses the thread's id: only what it said can be resumed.
  if (task.resume && !task.said_session.empty()) append(argv, {"resume", task.said_session});
  if (is_argument(task.prompt)) {
    append(argv, {task.prompt});
  } else {
    append(argv, {"-"});
    command.stdin_path = task.prompt_path;
  }
  return command;
}

}  // namespace

const CliDialect& codex_dialect() {
  static const CliDialect dialect{
      "codex",
      R"(its final event, "turn.completed")",
      false,
      false,
      {"CODEX_API_KEY", "CODEX_HOME", "OPENAI_API_KEY", "OPENAI_BASE_URL"},
      codex_command,
      open_codex_stream};
  return dialect;
}

}  // namespace loop
