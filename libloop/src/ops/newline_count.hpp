// SPDX-License-Identifier: MIT
// How many lines end in a text.
#pragma once

#include <cstdint>
#include <string_view>

namespace loop::ops {

std::uint64_t count_newlines(std::string_view text);

}  // namespace loop::ops
