// SPDX-License-Identifier: MIT
// Operations on the real disk with real processes.
#pragma once

#include <boost/json.hpp>

#include <atomic>
#include <functional>
#include <string>
#include <string_view>

#include "loop/domain/time_ledger.h"
#include "loop/ops/operation.h"
#include "process/real_workspace.hpp"

namespace loop::test {

class RealOperations {
 public:
  OperationContext context() {
    return {.services = {*workspace.files, workspace.clock, workspace.random, *workspace.processes,
                         workspace.log},
            .engine = workspace.options,
            .time = time,
            .is_cancelled = is_cancelled};
  }

  Result<boost::json::object> try_call(std::string_view operation, std::string_view arguments) {
    LOOP_TRY(const Operation* found, require_operation(operation));
    LOOP_TRY(const boost::json::object given, parse_arguments(arguments));
    return call_operation(context(), *found, given);
  }

  boost::json::object call(std::string_view operation, std::string_view arguments = "{}") {
    auto answer = try_call(operation, arguments);
    INFO(operation << " " << arguments);
    if (!answer) FAIL(answer.error().message());
    return std::move(*answer);
  }

  // A command of the operator that is a script.
  CommandDefinition& add_script(const std::string& name, const std::string& script,
                                CommandUse use = CommandUse::validation) {
    CommandDefinition& command = workspace.options.config.commands[name];
    command.name = name;
    command.command = {"/bin/sh", "-c", script};
    command.use = use;
    return command;
  }

  RealWorkspace workspace;
  TimeLedger time{*workspace.files, workspace.clock, workspace.log};
  std::function<bool()> is_cancelled = [] { return false; };
};

}  // namespace loop::test
