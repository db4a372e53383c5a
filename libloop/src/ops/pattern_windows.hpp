// SPDX-License-Identifier: MIT
// Reads from a pattern which bytes in a row every match of it holds.
#pragma once

#include <string_view>
#include <vector>

#include "ops/byte_window.hpp"

namespace loop::ops {

// Each of the windows is in every match of the pattern within a line; RE2 accepts the pattern.
// Knows characters of ASCII, their classes and repetitions; around a group or what else it does not
// know it sees nothing, and of a pattern with alternatives or flags, nothing at all.
std::vector<ByteWindow> windows_of(std::string_view pattern, LetterCase letter_case);

}  // namespace loop::ops
