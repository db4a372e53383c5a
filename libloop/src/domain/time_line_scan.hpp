// SPDX-License-Identifier: MIT
// Finds the ends of lines and of their columns, a block of bytes at a time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace loop {

inline constexpr std::size_t kTabsMax = 8;  // of a row as the header says

struct ScannedLine {
  std::string_view text;                     // without its newline
  std::array<std::uint32_t, kTabsMax> tabs;  // offsets in `text`
  std::size_t tab_count = 0;                 // more than kTabsMax: only the first are in `tabs`
  bool is_plain = true;                      // nothing but printable ASCII and tabs
};

// The line that begins at `begin`, which is inside of `text`.
ScannedLine scan_line(std::string_view text, std::size_t begin);

}  // namespace loop
