// SPDX-License-Identifier: MIT
// The mode that interactive work is in, kept over restarts in .loop/mode.json.
#pragma once

#include <optional>
#include <string>

#include "loop/ops/operation.h"

namespace loop::ops {

struct CurrentMode {
  ModeSlug mode;
  ModeSlug previous;    // empty: none
  std::string context;  // what the work is about
  TaskId task_id;       // of the open time row; empty: time is not tracked
  Instant since{};
};

// Nothing before the first switch. invalid_data for a damaged file.
Result<std::optional<CurrentMode>> read_current_mode(FileSystem& files);

// Durable.
Status write_current_mode(const OperationContext& context, const CurrentMode& current);

// The given mode when it is known (not_found with a suggestion), else the current one, else "code".
Result<ModeSlug> mode_or_current(const OperationContext& context,
                                 const std::optional<ModeSlug>& given);

}  // namespace loop::ops
