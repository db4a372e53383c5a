// SPDX-License-Identifier: MIT
// One call of loopctl from its words to its exit code.
#pragma once

#include <string>
#include <vector>

#include "front/surroundings.hpp"

namespace loopctl {

int run_program(const std::vector<std::string>& words, const front::Surroundings& surroundings);

}  // namespace loopctl
