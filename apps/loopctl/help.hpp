// SPDX-License-Identifier: MIT
// Help pages and the reference page, made from the command table.
#pragma once

#include <string>

#include "command.hpp"
#include "output.hpp"

namespace loopctl {

std::string overview_help(const Output& output);
std::string group_help(const Group& group, const Output& output);
std::string command_help(const Command& command, const Output& output);

std::string exit_code_help();

// "loopctl schedule add NAME [OPTION]..."
std::string usage_line(const Command& command);
// "-n, --limit N"
std::string option_words(const Option& option);

// docs/loopctl.md.
std::string reference_page();

// docs/tools.md.
std::string tools_page();

// A text as one cell of a Markdown table.
std::string table_cell(std::string_view text);

// The error for words that name no command, with a suggestion.
loop::Error unknown_command(const std::vector<std::string>& path);

}  // namespace loopctl
