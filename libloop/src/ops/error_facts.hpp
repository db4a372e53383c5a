// SPDX-License-Identifier: MIT
// What the caller of error_recovery knows of the error.
#pragma once

#include <optional>
#include <string>

#include "loop/ops/any_object.h"
#include "loop/ops/operation.h"

namespace loop::ops {

struct ErrorFacts {
  std::string error;    // what happened, one line; the whole context when nothing says it
  std::string code;     // word of operation_code; empty: not known
  std::string command;  // that failed
  std::optional<RelativePath> file_path;
  std::optional<std::string> backup_path;
  std::optional<std::string> checkpoint;  // its name or path
  std::optional<ModeSlug> mode;
  bool is_resolved = false;
};

// invalid_argument for a known member of another type or size; null is as if it were not there.
Result<ErrorFacts> read_error_facts(const AnyObject& context);

}  // namespace loop::ops
