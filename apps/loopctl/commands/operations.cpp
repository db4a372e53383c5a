// SPDX-License-Identifier: MIT
// The operations: by name (`call`), as a list (`tools`), and as commands of their own.
#include <boost/json.hpp>
#include <fmt/format.h>

#include "commands/groups.hpp"
#include "commands/operation_calls.hpp"
#include "operation_command.hpp"
#include "operation_output.hpp"
#include "text_forms.hpp"

namespace loopctl {

namespace json = boost::json;
using loop::Operation;
using loop::Result;

namespace {

constexpr std::size_t kArgumentsBytesMax = 64 * 1024 * 1024;

Result<json::object> call_in(front::Session& session, const Operation& operation,
                             const json::object& arguments) {
  if (!operation.info().hints.is_read_only) LOOP_TRY_VOID(session.prepare());
  LOOP_TRY(const loop::EngineOptions options, session.operation_options());
  loop::OperationMeter meter;
  LOOP_TRY(const loop::OperationContext context, session.operation_context(options, meter));
  return call_operation(context, operation, arguments);
}

// An operation that ran may still say no: a validation with findings.
ExitCode code_of(const json::object& answer) {
  return answer.at("success").get_bool() ? ExitCode::ok : ExitCode::problems_found;
}

// A refusal is an answer, too: what a client of the protocol would get.
Result<ExitCode> call_by_name(Invocation& call) {
  LOOP_TRY(const Operation* operation, loop::require_operation(call.arguments.positional(0)));
  std::string text = call.arguments.positionals().size() > 1 ? call.arguments.positional(1) : "{}";
  if (text == "-") {
    LOOP_TRY(text, front::read_user_file("-", kArgumentsBytesMax));
  }
  LOOP_TRY(const json::object arguments, loop::parse_arguments(text));
  LOOP_TRY(const auto session, call.open_session());
  const auto answer = call_in(*session, *operation, arguments);
  call.output.line(json::serialize(answer ? *answer : loop::failure_answer(answer.error())));
  return answer ? code_of(*answer) : exit_code_of(answer.error().code());
}

Result<ExitCode> list_tools(Invocation& call) {
  json::array tools;
  TextTable table{{"TOOL", "GROUP", "WHAT IT DOES"}, {}};
  for (const Operation* operation : loop::operations()) {
    const loop::OperationInfo& info = operation->info();
    table.rows.push_back(
        {std::string(info.name), std::string(to_string(info.group)), std::string(info.title)});
    tools.push_back({{"name", info.name},
                     {"title", info.title},
                     {"group", to_string(info.group)},
                     {"description", info.meaning},
                     {"read_only", info.hints.is_read_only}});
  }
  if (call.output.wants_json()) {
    call.output.json({{"tools", std::move(tools)}});
  } else {
    call.output.table(table);
  }
  return ExitCode::ok;
}

Result<ExitCode> show_schema(Invocation& call) {
  LOOP_TRY(const Operation* operation, loop::require_operation(call.arguments.positional(0)));
  call.output.line(json::serialize(
      json::object{{"name", operation->info().name},
                   {"inputSchema", input_schema(*operation, loop::SchemaDetail::whole)},
                   {"outputSchema", output_schema(*operation, loop::SchemaDetail::whole)}}));
  return ExitCode::ok;
}

}  // namespace

Result<ExitCode> call_operation_command(Invocation& call) {
  const OperationCommand* row = find_operation_command(call.command.path[0]);
  LOOP_TRY(const json::object request, request_of(*row, call.arguments));
  const Operation& operation = *loop::find_operation(row->operation);
  if (call.is_dry_run()) {
    LOOP_TRY_VOID(operation.check(request));
    call.output.note(fmt::format("{} would be called with these arguments", row->operation));
    call.output.json({{"dry_run", true}, {"tool", row->operation}, {"arguments", request}});
    return ExitCode::ok;
  }
  LOOP_TRY(const auto session, call.open_session());
  LOOP_TRY(const json::object answer, call_in(*session, operation, request));
  if (call.output.wants_json()) {
    call.output.json(answer);
  } else {
    print_answer(*row, answer, call.output);
  }
  return code_of(answer);
}

const std::vector<OperationCommand>& operation_commands() {
  static const std::vector<OperationCommand> rows{
      {"read", "read_project_file", "Print a file of the workspace", {"file_path"}},
      {"write",
       "write_project_file",
       "Write a file of the workspace",
       {"file_path", "content"},
       "content"},
      {"ls", "list_project_structure", "List files of the workspace", {"directory"}},
      {"search", "search_in_files", "Search in files of the workspace", {"pattern", "directory"}},
      {"backup", "backup_file", "Make a verified copy of a file", {"file_path"}},
      {"restore", "restore_file", "Get a file back from its backup", {"file_path", "backup_path"}},
      {"validate",
       "run_validation",
       "Check the workspace, or run a configured check",
       {"validation_type"}},
      {"sync",
       "sync_environment",
       "Take note of changed files and run the sync commands",
       {"sync_type"}},
      {"recover",
       "error_recovery",
       "Count a failure, and put right what can be",
       {"operation", "error_context"}},
  };
  return rows;
}

std::vector<Command> operation_group_commands() {
  std::vector<Command> commands;
  for (const OperationCommand& row : operation_commands()) commands.push_back(command_of(row));
  commands.push_back(
      {.path = {"call"},
       .summary = "Call an operation by name",
       .details = "The answer is printed as one line of JSON, a refusal, too. docs/tools.md "
                  "describes the operations.",
       .positionals = {{.name = "TOOL", .meaning = "name of the operation"},
                       {.name = "JSON",
                        .meaning = "its arguments, {} when absent; - reads standard input",
                        .required = false}},
       .examples = {{.line = "loopctl call get_todo_status '{\"include_completed\": true}'"}},
       .handler = call_by_name});
  commands.push_back(
      {.path = {"tools", "list"}, .summary = "List the operations", .handler = list_tools});
  commands.push_back({.path = {"tools", "schema"},
                      .summary = "Print the JSON Schemas of an operation",
                      .positionals = {{.name = "TOOL", .meaning = "name of the operation"}},
                      .handler = show_schema});
  return commands;
}

}  // namespace loopctl
