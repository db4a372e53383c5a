// SPDX-License-Identifier: MIT
// Lines that a power cut left with zeros in them: their file had grown before its bytes arrived.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace loop {

struct ZeroedLines {
  std::size_t begin = 0;     // of the first line with a zero byte
  std::string sound_behind;  // the whole lines behind it that have none
};

// Of a text that starts with a line; nothing when no whole line has a zero byte.
std::optional<ZeroedLines> find_zeroed_lines(std::string_view text);

}  // namespace loop
