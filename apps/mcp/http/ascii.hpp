// SPDX-License-Identifier: MIT
// Letters and digits of protocols, whatever the locale says.
#pragma once

#include <algorithm>
#include <string_view>

namespace mcp {

constexpr bool is_ascii_digit(char byte) { return byte >= '0' && byte <= '9'; }

constexpr char to_ascii_lower(char byte) {
  return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : byte;
}

constexpr bool is_ascii_letter(char byte) {
  return to_ascii_lower(byte) >= 'a' && to_ascii_lower(byte) <= 'z';
}

// Without regard to case.
constexpr bool is_same_name(std::string_view one, std::string_view other) {
  return std::ranges::equal(one, other, {}, to_ascii_lower, to_ascii_lower);
}

// Without spaces and tabs around.
constexpr std::string_view trimmed(std::string_view value) {
  const std::size_t begin = value.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return value.substr(begin, value.find_last_not_of(" \t") - begin + 1);
}

}  // namespace mcp
