// SPDX-License-Identifier: MIT
// Events that say the same in another way, or something absurd. Lines that are no JSON stay.
#pragma once

#include <string>
#include <vector>

namespace fake_agent {

std::vector<std::string> with_reversed_keys(std::vector<std::string> lines);
// Every count of tokens is negative, huge, over 64 bits or no whole number.
std::vector<std::string> with_absurd_tokens(std::vector<std::string> lines);
// Every cost is NaN, which is no JSON, or null: what programs that divided by nothing write.
std::vector<std::string> with_absurd_costs(std::vector<std::string> lines);

}  // namespace fake_agent
