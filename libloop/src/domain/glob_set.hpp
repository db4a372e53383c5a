// SPDX-License-Identifier: MIT
// One "[...]" of a pattern as the bytes that it takes.
#pragma once

#include <bitset>
#include <cstddef>
#include <optional>
#include <string_view>

namespace loop {

struct GlobSet {
  std::bitset<256> bytes;  // never the slash
  std::size_t length = 0;  // of its text, brackets included
};

// Of the set at the start of `text`. Nothing when its end is missing or a [:class:] is unknown.
std::optional<GlobSet> parse_glob_set(std::string_view text);

}  // namespace loop
