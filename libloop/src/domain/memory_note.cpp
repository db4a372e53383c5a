// SPDX-License-Identifier: MIT
// How a note is written: one dated heading, marked lines, and free text that cannot break the file.
#include <fmt/format.h>

#include <algorithm>

#include "domain/memory_layout.hpp"
#include "loop/base/text.h"

namespace loop {

namespace {

constexpr std::size_t kHeadingPartBytesMax = 200;
// Four spaces make a line that is no heading and no fence, in our reader and in any other.
constexpr std::string_view kHarmlessIndent = "    ";

std::string one_line(std::string_view text) {
  return std::string(trim(to_single_line(to_valid_utf8(text))));
}

std::string heading_part(std::string_view text, std::string_view fallback) {
  std::string part = one_line(text);
  std::replace(part.begin(), part.end(), '[', '(');
  std::replace(part.begin(), part.end(), ']', ')');
  if (part.empty()) return std::string(fallback);
  return ellipsize(part, kHeadingPartBytesMax);
}

// "\n" alone ends a line; other control characters but tabs become spaces.
std::string normalised(std::string_view content) {
  const std::string valid = to_valid_utf8(content);
  std::string text;
  text.reserve(valid.size());
  for (std::size_t i = 0; i < valid.size(); ++i) {
    const char c = valid[i];
    if (c == '\r') {
      const bool is_pair = i + 1 < valid.size() && valid[i + 1] == '\n';
      if (!is_pair) text += '\n';
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    const bool is_kept = c == '\n' || c == '\t' || (byte >= 0x20 && byte != 0x7f);
    text += is_kept ? c : ' ';
  }
  return text;
}

// "====" below a line of text would make a top heading of it.
bool is_underline(std::string_view line) {
  const std::string_view bare = trim(line);
  return !bare.empty() && bare.find_first_not_of('=') == std::string_view::npos;
}

bool is_heading_like(const MarkdownLine& line) {
  if (line.is_fenced) return false;
  return parse_heading(line.text).has_value() || is_underline(line.text);
}

void append_content(std::string_view content, std::string_view line_ending, bool is_all_indented,
                    std::string& out) {
  const std::string text = normalised(content);
  const MarkdownLines cut =
      cut_markdown(text, UnclosedFence::hides_rest, FenceIndent::at_most_three);
  const bool indent_all = is_all_indented || cut.unclosed_fence_line != 0;
  const auto is_filled = [](const MarkdownLine& line) { return !is_blank(line.text); };
  const auto first = std::find_if(cut.lines.begin(), cut.lines.end(), is_filled);
  const auto end = std::find_if(cut.lines.rbegin(), cut.lines.rend(), is_filled).base();

  for (auto line = first; line < end; ++line) {
    const bool is_indented = indent_all ? is_filled(*line) : is_heading_like(*line);
    if (is_indented) out += kHarmlessIndent;
    out += line->text;
    out += line_ending;
  }
}

}  // namespace

std::string written_category(std::string_view category) { return heading_part(category, "note"); }

std::string render_memory_note(const MemoryNote& note, std::string_view line_ending,
                               bool is_all_indented) {
  std::string out = fmt::format("## [{}] [{}] - [{}]{}", format_instant(note.time),
                                heading_part(note.mode.str(), "unknown"),
                                written_category(note.category), line_ending);
  const auto add_marked = [&](std::string_view mark, std::string_view value) {
    const std::string line = one_line(value);
    if (!line.empty()) out += fmt::format("- {}: {}{}", mark, line, line_ending);
  };
  add_marked("Finding", note.finding);
  add_marked("Command", note.command);
  add_marked("Achievement", note.achievement);
  add_marked("Insight", note.insight);
  append_content(note.content, line_ending, is_all_indented, out);
  return out;
}

}  // namespace loop
