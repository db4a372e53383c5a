// SPDX-License-Identifier: MIT
// The operation that makes a mode the current one.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "loop/domain/time_ledger.h"
#include "loop/ops/operation.h"

namespace loop {

struct SwitchModeRequest {
  ModeSlug target_mode;
  std::optional<std::string> task_context;
  Priority priority = Priority::normal;
  bool track_time = true;
};

struct SwitchModeAnswer {
  ModeSlug mode;
  std::optional<ModeSlug> previous_mode;
  std::string name;
  std::string role_definition;
  std::string instructions;
  std::vector<std::string> rules_files;  // of .roo/rules and .roo/rules-<slug>
  std::optional<TaskId> task_id;         // of the time row that was opened
  std::optional<TaskId> closed_task_id;  // of the one that was closed
};

// The mode is durable before it returns; it holds over restarts. A crash between the two time rows
// leaves the old one closed and none open.
Result<SwitchModeAnswer> switch_mode(const OperationContext& context,
                                     const SwitchModeRequest& request);

}  // namespace loop
