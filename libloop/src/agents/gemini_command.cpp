// SPDX-License-Identifier: MIT
// Gemini's command line: gemini -p PROMPT -o stream-json --skip-trust ...
#include "cli_dialect.hpp"

namespace loop {

namespace {

std::string_view mode_of(AgentPermission permission) {
  switch (permission) {
    case AgentPermission::plan: return "plan";
    case AgentPermission::edit: return "auto_edit";
    case AgentPermission::full: return "yolo";
  }
  return "plan";
}

// There is no form of an MCP server for one run: it has to stand in .gemini/settings.json.
Result<AgentCommand> gemini_command(const AgentDefinition& definition, const AgentTask& task) {
  AgentCommand command;
  std::vector<std::string>& argv = command.argv;
  append(argv, {definition.command});
  // Without -p it is headless too, since stdin is no terminal, and reads the prompt from there.
  if (is_argument(task.prompt)) append(argv, {"-p", task.prompt});
  if (!is_argument(task.prompt)) command.stdin_path = task.prompt_path;
  append(argv,
         {"-o", "stream-json", "--approval-mode", mode_of(definition.permission), "--skip-trust"});
  const std::string& model = model_of(definition, task);
  if (!model.empty()) append(argv, {"-m", model});
  if (!task.resume && !task.session.empty()) append(argv, {"--session-id", task.session});
  if (task.resume && !task.said_session.empty()) append(argv, {"--resume", task.said_session});
  argv.insert(argv.end(), definition.extra_args.begin(), definition.extra_args.end());
  return command;
}

}  // namespace

const CliDialect& gemini_dialect() {
  static const CliDialect dialect{
      "gemini",
      R"(its final event, "result")",
      false,
      false,
      {"GEMINI_API_KEY", "GEMINI_CLI_HOME", "GOOGLE_API_KEY", "GOOGLE_APPLICATION_CREDENTIALS",
       "GOOGLE_CLOUD_LOCATION", "GOOGLE_CLOUD_PROJECT", "GOOGLE_GENAI_USE_GCA",
       "GOOGLE_GENAI_USE_VERTEXAI"},
      gemini_command,
      open_gemini_stream};
  return dialect;
}

}  // namespace loop
