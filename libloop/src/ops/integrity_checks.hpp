// SPDX-License-Identifier: MIT
// Checks of single files: that they are whole, and that their backups are what their hashes say.
#pragma once

#include "loop/store/relative_path.h"
#include "ops/workspace_checks.hpp"

namespace loop::ops {

// The files shared with people, editors and other programs.
std::vector<RelativePath> orchestrator_files();

// `is_required`: an absent file is an error, else a note.
void check_integrity(const OperationContext& context, const RelativePath& path, bool is_required,
                     Findings& findings);

}  // namespace loop::ops
