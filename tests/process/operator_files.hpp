// SPDX-License-Identifier: MIT
// What an operator has said, as files: a runner holds each run to them.
#pragma once

#include <string>

#include "loop/domain/config.h"

namespace loop::test {

// The whole configuration below this HOME, and the approval of the workspace as it is now.
void write_operator_files(const Config& config, const std::string& home, const std::string& root);

// The approval alone.
void approve_workspace(const std::string& home, const std::string& root);

}  // namespace loop::test
