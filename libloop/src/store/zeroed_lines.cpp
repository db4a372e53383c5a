// SPDX-License-Identifier: MIT
// Finding zero bytes among whole lines.
#include "store/zeroed_lines.hpp"

namespace loop {

std::optional<ZeroedLines> find_zeroed_lines(std::string_view text) {
  text = text.substr(0, text.rfind('\n') + 1);
  const std::size_t zero = text.find('\0');
  if (zero == std::string_view::npos) return std::nullopt;

  ZeroedLines found;
  // Behind the newline before; npos + 1 is 0.
  found.begin = text.rfind('\n', zero) + 1;
  for (std::size_t begin = found.begin; begin < text.size();) {
    const std::size_t end = text.find('\n', begin) + 1;
    const std::string_view line = text.substr(begin, end - begin);
    if (line.find('\0') == std::string_view::npos) found.sound_behind += line;
    begin = end;
  }
  return found;
}

}  // namespace loop
