// SPDX-License-Identifier: MIT
// What one line of a Markdown list says: its marker, its box, its columns.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace loop {

struct TodoIndent {
  std::size_t columns = 0;  // a tab goes to the next multiple of four
  std::size_t bytes = 0;
};
TodoIndent measure_indent(std::string_view line);

// "---", "* * *": ends lists and is no item.
bool is_thematic_rule(std::string_view line);

struct TodoListMarker {
  std::size_t indent = 0;          // column of the marker
  std::size_t content_column = 0;  // where text must begin to belong to the item
  std::size_t content_offset = 0;  // in bytes
};
// "- ", "* ", "+ ", "1. ", "1) ".
std::optional<TodoListMarker> parse_list_marker(std::string_view line);

struct TodoBox {
  bool done = false;
  std::size_t mark_offset = 0;  // of the byte between the brackets
  std::size_t text_offset = 0;  // behind the brackets
};
// "[ ] ", "[x] " or "[X] " at `offset`.
std::optional<TodoBox> parse_box(std::string_view line, std::size_t offset);

}  // namespace loop
