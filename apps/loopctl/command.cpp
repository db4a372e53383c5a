// SPDX-License-Identifier: MIT
// The command table: the groups of commands/ in the order of the help page.
#include "command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "commands/groups.hpp"

namespace loopctl {

std::string Command::words() const { return fmt::format("{}", fmt::join(path, " ")); }

const std::vector<Command>& command_table() {
  static const std::vector<Command> table = [] {
    std::vector<Command> commands;
    for (const auto group :
         {workspace_commands, schedule_commands, engine_commands, run_commands, delegation_commands,
          time_commands, memory_commands, todo_commands, mode_commands, escalation_commands,
          trust_commands, config_commands, cost_commands, operation_group_commands, mcp_commands,
          selftest_commands, about_commands}) {
      std::vector<Command> rows = group();
      std::move(rows.begin(), rows.end(), std::back_inserter(commands));
    }
    return commands;
  }();
  return table;
}

const std::vector<Option>& global_options() {
  static const std::vector<Option> options{
      {.name = "directory",
       .letter = 'C',
       .kind = ValueKind::text,
       .value_name = "DIR",
       .meaning = "work as if started in DIR"},
      {.name = "json", .meaning = "print the result as JSON: {\"schema\":1,...}"},
      {.name = "color",
       .kind = ValueKind::text,
       .value_name = "WHEN",
       .default_value = "auto",
       .allowed = {"auto", "always", "never"},
       .meaning = "colours in the output"},
      {.name = "quiet", .letter = 'q', .meaning = "no messages, and of a list the ids only"},
      {.name = "set",
       .kind = ValueKind::text,
       .value_name = "KEY=VALUE",
       .meaning = "a configuration value for this call",
       .repeats = true},
      {.name = "no-input", .meaning = "never ask; what would be asked is refused"},
      {.name = "help", .letter = 'h', .meaning = "show the help of the command"},
      {.name = "version", .meaning = "show the version"},
  };
  return options;
}

std::vector<Option> options_of(const Command& command) {
  std::vector<Option> options = command.options;
  if (command.effect == Effect::writes) {
    options.push_back(
        {.name = "dry-run", .letter = 'n', .meaning = "say what would change, and change nothing"});
  }
  return options;
}

const std::vector<Group>& command_groups() {
  static const std::vector<Group> groups{
      {"schedule", "Schedules: what runs when"},
      {"runs", "Runs: what ran, what runs, their output"},
      {"time", "Time tracking: task_timing.tsv"},
      {"memory", "Memory: persistent-memory.md"},
      {"todo", "Planning: TODO.md"},
      {"mode", "Modes: who does it"},
      {"escalation", "Escalations: three failures in a row"},
      {"tools", "Operations: what agents and programs can call"},
      {"mcp", "The MCP server in other programs"},
      {"config", "Configuration and where each value comes from"},
  };
  return groups;
}

const Command* find_command(const std::vector<std::string>& path) {
  const auto& table = command_table();
  const auto found = std::find_if(table.begin(), table.end(),
                                  [&](const Command& command) { return command.path == path; });
  return found == table.end() ? nullptr : &*found;
}

const Group* find_group(std::string_view name) {
  const auto& groups = command_groups();
  const auto found = std::find_if(groups.begin(), groups.end(),
                                  [&](const Group& group) { return group.name == name; });
  return found == groups.end() ? nullptr : &*found;
}

}  // namespace loopctl
