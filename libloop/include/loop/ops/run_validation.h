// SPDX-License-Identifier: MIT
// The operation that validates the workspace, or runs one of the operator's validation commands.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "loop/ops/operation.h"
#include "loop/ops/workspace_checks.h"

namespace loop {

struct ValidationOptions {
  bool strict = false;                          // warnings count as errors
  std::optional<std::int64_t> timeout_seconds;  // of a command; its configured one when not given
};

struct RunValidationRequest {
  std::string validation_type;  // validation_types(), or the name of a configured command
  std::optional<std::string> target_path;  // of file_integrity: this file only
  ValidationOptions validation_options;
  bool fail_fast = false;  // an area with an error is the last one
};

struct ValidationFinding {
  Severity severity = Severity::error;
  std::string rule;
  std::optional<std::string> file;
  std::optional<std::int64_t> line;
  std::string message;
};

struct ValidationCommandAnswer {
  std::optional<std::int64_t> exit_code;  // absent when a signal ended it
  bool timed_out = false;
  std::int64_t duration_ms = 0;
  std::string output;  // the end of what it printed
  bool output_truncated = false;
};

struct RunValidationAnswer {
  bool is_success = true;  // no error stands
  std::string validation_type;
  std::vector<std::string> checked;  // areas, files, or the command
  std::vector<ValidationFinding> findings;
  std::int64_t errors = 0, warnings = 0, notes = 0;  // also beyond kFindingsMax
  bool findings_truncated = false;
  std::optional<ValidationCommandAnswer> command;
};

inline constexpr std::size_t kFindingsMax = 1000;

// The types that need no configuration.
std::vector<std::string> validation_types();

// Reads only, but for what a command does. invalid_argument for an unknown type, naming the allowed
// ones; not_found for a command's missing program.
Result<RunValidationAnswer> run_validation(const OperationContext& context,
                                           const RunValidationRequest& request);

}  // namespace loop
