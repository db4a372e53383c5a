// SPDX-License-Identifier: MIT
// Marks of memory entries in the text that an agent gives.
#include "ops/memory_marks.hpp"

#include "loop/base/text.h"

#include <array>
#include <optional>
#include <string_view>
#include <utility>

namespace loop::ops {

namespace {

using Mark = std::pair<std::string_view, std::string MemoryNote::*>;
constexpr std::array<Mark, 4> kMarks{{{"finding", &MemoryNote::finding},
                                      {"command", &MemoryNote::command},
                                      {"achievement", &MemoryNote::achievement},
                                      {"insight", &MemoryNote::insight}}};

std::string& default_field(MemoryNote& note) {
  switch (note.section) {
    case MemorySection::patterns: return note.finding;
    case MemorySection::commands: return note.command;
    case MemorySection::status: return note.achievement;
  }
  return note.finding;
}

bool is_fence(std::string_view line) {
  const std::string_view bare = trim(line);
  return bare.starts_with("```") || bare.starts_with("~~~");
}

// The text behind "Finding:", "- Finding:" or "- **Finding**:".
std::optional<std::string_view> value_behind(std::string_view line, std::string_view mark) {
  line = trim(line);
  if (line.starts_with("- ") || line.starts_with("* ")) line = trim(line.substr(2));
  const bool is_bold = line.starts_with("**");
  if (is_bold) line.remove_prefix(2);
  if (to_lower(line.substr(0, mark.size())) != mark) return std::nullopt;
  line.remove_prefix(mark.size());
  for (const std::string_view end : {"**:", ":**"}) {
    if (is_bold && line.starts_with(end)) return trim(line.substr(end.size()));
  }
  if (is_bold || !line.starts_with(':')) return std::nullopt;
  return trim(line.substr(1));
}

// Whether the line has become a field of the note.
bool take_marked(std::string_view line, MemoryNote& note) {
  for (const auto& [mark, member] : kMarks) {
    const auto value = value_behind(line, mark);
    if (!value || value->empty() || !(note.*member).empty()) continue;
    note.*member = *value;
    return true;
  }
  return false;
}

}  // namespace

void mark_content(MemoryNote& note) {
  std::string rest;
  std::size_t filled_lines = 0;
  bool has_fence = false;
  for (const std::string_view line : split_lines(note.content)) {
    has_fence = has_fence || is_fence(line);
    if (!has_fence && take_marked(line, note)) continue;
    filled_lines += is_blank(line) ? 0 : 1;
    rest.append(line).append("\n");
  }
  const bool is_one_line = filled_lines == 1 && !has_fence;
  if (is_one_line && default_field(note).empty()) {
    default_field(note) = trim(rest);
    rest.clear();
  }
  note.content = is_blank(rest) ? std::string{} : rest;
}

}  // namespace loop::ops
