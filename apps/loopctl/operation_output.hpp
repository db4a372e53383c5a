// SPDX-License-Identifier: MIT
// Answers of operations as text for people.
#pragma once

#include <boost/json/fwd.hpp>

#include "operation_command.hpp"
#include "output.hpp"

namespace loopctl {

void print_answer(const OperationCommand& row, const boost::json::object& answer, Output& output);

}  // namespace loopctl
