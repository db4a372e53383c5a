// SPDX-License-Identifier: MIT
// children.jsonl: what a run has delegated, and what came of it.
#pragma once

#include <string>
#include <string_view>

#include "loop/base/clock.h"
#include "loop/base/log.h"
#include "loop/engine/delegation.h"

namespace loop {

std::string format_child(const ChildRecord& child);
Result<ChildRecord> parse_child(std::string_view line);

RelativePath children_path(const RunId& parent);

// Appends durably. The end of a child is written once, however often it is added. The parent's
// folder must be there.
Status add_child(FileSystem& files, Clock& clock, Log& log, const RunId& parent,
                 const ChildRecord& child);

}  // namespace loop
