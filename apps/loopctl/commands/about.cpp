// SPDX-License-Identifier: MIT
// Version, help, and the reference page.
#include <boost/json.hpp>

#include "commands/groups.hpp"
#include "help.hpp"
#include "loop/base/version.h"
#include "invocation.hpp"

namespace loopctl {

using loop::Result;

namespace {

Result<ExitCode> show_version(Invocation& call) {
  if (call.output.wants_json()) {
    call.output.json({{"version", loop::version()}});
  } else {
    call.output.line(loop::version());
  }
  return ExitCode::ok;
}

Result<ExitCode> show_help(Invocation& call) {
  const std::vector<std::string>& path = call.arguments.positionals();
  if (path.empty()) {
    call.output.text(overview_help(call.output));
    return ExitCode::ok;
  }
  const Group* group = path.size() == 1 ? find_group(path[0]) : nullptr;
  if (group != nullptr) {
    call.output.text(group_help(*group, call.output));
    return ExitCode::ok;
  }
  if (path.size() == 1 && path[0] == "exit-codes") {
    call.output.text(exit_code_help());
    return ExitCode::ok;
  }
  const Command* command = find_command(path);
  if (command == nullptr) return unknown_command(path);
  call.output.text(command_help(*command, call.output));
  return ExitCode::ok;
}

Result<ExitCode> print_reference(Invocation& call) {
  call.output.text(call.arguments.positional(0) == "tools" ? tools_page() : reference_page());
  return ExitCode::ok;
}

}  // namespace

std::vector<Command> about_commands() {
  return {
      {.path = {"version"}, .summary = "Show the version", .handler = show_version},
      {.path = {"help"},
       .summary = "Show help",
       .positionals = {{.name = "COMMAND",
                        .meaning = "a command, a group, or exit-codes",
                        .required = false,
                        .repeats = true}},
       .handler = show_help},
      {.path = {"__docs"},
       .summary = "Print docs/loopctl.md, or docs/tools.md",
       .positionals = {{.name = "PAGE", .meaning = "loopctl or tools", .required = false}},
       .is_hidden = true,
       .handler = print_reference},
  };
}

}  // namespace loopctl
