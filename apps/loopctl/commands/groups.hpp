// SPDX-License-Identifier: MIT
// The groups of commands, each a file of this folder that gives its rows of the table.
#pragma once

#include <vector>

#include "command.hpp"

namespace loopctl {

std::vector<Command> workspace_commands();  // init, status, doctor
std::vector<Command> schedule_commands();
std::vector<Command> engine_commands();  // run, daemon, __runner
std::vector<Command> run_commands();
std::vector<Command> delegation_commands();  // delegate
std::vector<Command> time_commands();
std::vector<Command> memory_commands();
std::vector<Command> todo_commands();
std::vector<Command> mode_commands();
std::vector<Command> escalation_commands();
std::vector<Command> trust_commands();
std::vector<Command> config_commands();
std::vector<Command> cost_commands();             // cost, budget
std::vector<Command> operation_group_commands();  // call, tools, and commands of operations
std::vector<Command> mcp_commands();
std::vector<Command> selftest_commands();
std::vector<Command> about_commands();  // version, help, __docs

}  // namespace loopctl
