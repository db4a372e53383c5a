// SPDX-License-Identifier: MIT
// What is wrong with a workspace: the checks, and the findings that they make.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "loop/ops/operation.h"

namespace loop {

enum class Severity {
  error,    // something does not work
  warning,  // something is not as it should be
  note,     // worth knowing
};
std::string_view to_string(Severity severity) noexcept;

struct Finding {
  Severity severity = Severity::error;
  std::string rule;      // stable: "schedules.unknown_mode"; docs/checks.md has all
  std::string file;      // relative to the root; empty: none
  std::size_t line = 0;  // 0: the file as a whole
  std::string message;
};

enum class CheckArea {
  configuration,  // the operator's and the workspace's settings
  schedules,      // schedules.json: their form, modes, agents
  modes,          // .roomodes
  timing,         // task_timing.tsv
  memory,         // persistent-memory.md
  todo,           // TODO.md
  disk,           // space, and whether the file system can be trusted
  engine,         // its signs of life, the journal, open escalations
  leftovers,      // what crashes left behind
};
std::string_view to_string(CheckArea area) noexcept;
std::span<const CheckArea> all_check_areas() noexcept;

enum class CheckUntil {
  end,
  first_error,  // an area that finds an error is the last one
};

struct CheckReport {
  std::vector<Finding> findings;  // in the order of the areas
  std::vector<CheckArea> areas;   // that were checked
  std::size_t count(Severity severity) const;
};

// Reads only; what cannot be read is a finding. `cancelled` is the only error.
Result<CheckReport> check_workspace(const OperationContext& context,
                                    std::span<const CheckArea> areas,
                                    CheckUntil until = CheckUntil::end);

}  // namespace loop
