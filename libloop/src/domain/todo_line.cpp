// SPDX-License-Identifier: MIT
// CommonMark's list items and GitHub's boxes, one line at a time.
#include "domain/todo_line.hpp"

#include "loop/base/text.h"

namespace loop {

namespace {

constexpr std::size_t kNone = std::string_view::npos;
constexpr std::size_t kNumberDigitsMax = 9;

bool is_space(char c) { return c == ' ' || c == '\t'; }

// Bytes of the marker without the space behind it, 0 for none.
std::size_t marker_length(std::string_view text) {
  if (text.empty()) return 0;
  if (std::string_view("-*+").find(text.front()) != kNone) return 1;
  const std::size_t digits = text.find_first_not_of("0123456789");
  if (digits == kNone || digits == 0 || digits > kNumberDigitsMax) return 0;
  return text[digits] == '.' || text[digits] == ')' ? digits + 1 : 0;
}

}  // namespace

TodoIndent measure_indent(std::string_view line) {
  TodoIndent indent;
  while (indent.bytes < line.size() && is_space(line[indent.bytes])) {
    indent.columns += line[indent.bytes] == '\t' ? 4 - indent.columns % 4 : 1;
    ++indent.bytes;
  }
  return indent;
}

bool is_thematic_rule(std::string_view line) {
  const std::string_view text = trim(line);
  if (text.empty() || (text.front() != '-' && text.front() != '*')) return false;
  std::size_t count = 0;
  for (const char c : text) {
    if (c == text.front()) {
      ++count;
    } else if (!is_space(c)) {
      return false;
    }
  }
  return count >= 3;
}

std::optional<TodoListMarker> parse_list_marker(std::string_view line) {
  const TodoIndent indent = measure_indent(line);
  const std::size_t length = marker_length(line.substr(indent.bytes));
  if (length == 0 || is_thematic_rule(line)) return std::nullopt;

  TodoListMarker marker;
  marker.indent = indent.columns;
  marker.content_column = indent.columns + length;
  marker.content_offset = indent.bytes + length;
  std::size_t gap = 0;
  while (marker.content_offset < line.size() && is_space(line[marker.content_offset])) {
    const std::size_t column = marker.content_column + gap;
    gap += line[marker.content_offset] == '\t' ? 4 - column % 4 : 1;
    ++marker.content_offset;
  }
  const bool is_empty = marker.content_offset == line.size();
  if (gap == 0 && !is_empty) return std::nullopt;
  // Five columns and more: the item holds indented code, and its content begins after one.
  marker.content_column += is_empty || gap > 4 ? 1 : gap;
  return marker;
}

std::optional<TodoBox> parse_box(std::string_view line, std::size_t offset) {
  if (line.size() < offset + 4) return std::nullopt;
  if (line[offset] != '[' || line[offset + 2] != ']' || !is_space(line[offset + 3])) {
    return std::nullopt;
  }
  const char mark = line[offset + 1];
  if (mark != ' ' && mark != 'x' && mark != 'X') return std::nullopt;
  return TodoBox{mark != ' ', offset + 1, offset + 3};
}

}  // namespace loop
