// SPDX-License-Identifier: MIT
// Markdown cut into lines that know whether they stand in fenced code, and ATX headings.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace loop {

// A view into the text it was cut from.
struct MarkdownLine {
  std::size_t begin = 0;   // offset of its first byte
  std::size_t end = 0;     // offset behind its line ending
  std::string_view text;   // without "\n" or "\r\n", and without a byte order mark
  bool is_fenced = false;  // inside fenced code, the two fence lines included
};

// What an opening fence without a closing one does to the rest of the text.
enum class UnclosedFence {
  hides_rest,     // as CommonMark has it
  is_plain_text,  // for a file whose structure must survive an agent that forgot to close a fence
};

struct MarkdownLines {
  std::vector<MarkdownLine> lines;
  std::size_t unclosed_fence_line = 0;  // of the first one, from 1; 0: every fence is closed
};

// How far a fence may be indented and still be one.
enum class FenceIndent {
  at_most_three,  // the rule for text outside of lists
  any,            // for files of lists, where fences stand below their item
};

// Linear in the size of the text, whatever stands in it.
MarkdownLines cut_markdown(std::string_view text, UnclosedFence unclosed, FenceIndent indent);

struct MarkdownHeading {
  std::size_t level = 0;   // 1 to 6
  std::string_view title;  // trimmed, without closing "#"s
};

// `line` without its ending. At most three spaces may stand before the "#"s.
std::optional<MarkdownHeading> parse_heading(std::string_view line);

}  // namespace loop
