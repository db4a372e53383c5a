// SPDX-License-Identifier: MIT
// Commands made of operations: their options come from the description of the request.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <boost/json/fwd.hpp>

#include "arguments.hpp"
#include "command.hpp"
#include "loop/ops/operation.h"

namespace loopctl {

// Which operation a command calls, and which fields of its request are arguments by place.
struct OperationCommand {
  std::string_view word;       // "search"
  std::string_view operation;  // "search_in_files"
  std::string_view summary;
  std::vector<std::string_view> positionals;
  std::string_view from_stdin{};  // the field that is read from standard input when not given
};

const std::vector<OperationCommand>& operation_commands();
const OperationCommand* find_operation_command(std::string_view word);

// The row of the command table.
Command command_of(const OperationCommand& row);

// The request as JSON. A field that is not given is left out. invalid_argument for a field that
// takes JSON and has none.
loop::Result<boost::json::object> request_of(const OperationCommand& row,
                                             const Arguments& arguments);

// "max_matches" is --max-matches; a flag that holds by default is --no-<name>.
std::string option_name(const loop::FieldInfo& field);

}  // namespace loopctl
