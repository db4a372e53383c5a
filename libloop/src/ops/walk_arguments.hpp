// SPDX-License-Identifier: MIT
// Arguments of operations that walk: the directory to begin in and the patterns.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "loop/domain/glob.h"
#include "loop/domain/ignore_rules.h"
#include "loop/ops/operation.h"
#include "loop/store/relative_path.h"

namespace loop::ops {

// A directory below the root, without links. Nothing for the root: absent, empty or ".".
Result<std::optional<RelativePath>> walk_directory(const OperationContext& context,
                                                   const std::optional<std::string>& given);

Result<std::optional<FilePattern>> pattern_argument(std::string_view argument,
                                                    const std::optional<std::string>& given);

// Rules as in .gitignore, with braces besides.
Result<IgnoreRules> rules_argument(std::string_view argument,
                                   const std::vector<std::string>& given);

// For answers: well-formed, "." for the root.
std::string shown_directory(const std::optional<RelativePath>& directory);

}  // namespace loop::ops
