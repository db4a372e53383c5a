// SPDX-License-Identifier: MIT
// Reads persistent-memory.md: sections, entries, and what is wrong with the file.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "domain/memory_layout.hpp"
#include "loop/base/text.h"

namespace loop {

namespace {

constexpr std::size_t kNone = std::string_view::npos;
// A file of nothing but wrong headings is told often enough by these.
constexpr std::size_t kFindingsMax = 100;

std::optional<MemorySection> section_titled(std::string_view title) {
  for (const MemorySection section : kMemorySections) {
    if (to_lower(title) == to_lower(title_of(section))) return section;
  }
  return std::nullopt;
}

// The text between "[" and its "]" at the start of `rest`, which moves on behind it.
std::optional<std::string_view> take_bracketed(std::string_view& rest) {
  rest = trim(rest);
  if (!rest.starts_with('[')) return std::nullopt;
  const std::size_t end = rest.find(']');
  if (end == kNone) return std::nullopt;
  const std::string_view inner = trim(rest.substr(1, end - 1));
  rest.remove_prefix(end + 1);
  return inner;
}

std::optional<Instant> parse_entry_time(std::string_view text) {
  if (const auto instant = parse_instant(text)) return instant;
  return parse_instant(fmt::format("{}T00:00:00Z", text));  // a date alone
}

// "[time] [mode] - [category]"; a category without brackets is taken as it stands.
std::optional<MemoryEntry> parse_entry_title(std::string_view title) {
  const auto time = take_bracketed(title);
  if (!time) return std::nullopt;
  const auto mode = take_bracketed(title);
  if (!mode) return std::nullopt;
  title = trim(title);
  if (!title.starts_with('-')) return std::nullopt;
  title = trim(title.substr(1));

  MemoryEntry entry;
  entry.time = parse_entry_time(*time);
  entry.mode = *mode;
  const auto category = take_bracketed(title);
  entry.category = category.value_or(title);
  return entry;
}

// The value of "- Finding: text", "* **Finding**: text" or "- **Finding:** text".
std::optional<std::string_view> marked_value(std::string_view line, std::string_view mark) {
  line = trim(line);
  if (line.empty() || std::string_view("-*+").find(line.front()) == kNone) return std::nullopt;
  const std::string_view after_bullet = line.substr(1);
  line = trim(after_bullet);
  if (line.size() == after_bullet.size()) return std::nullopt;  // no space behind the bullet

  const bool is_bold = line.starts_with("**");
  if (is_bold) line.remove_prefix(2);
  if (to_lower(line.substr(0, mark.size())) != to_lower(mark)) return std::nullopt;
  line.remove_prefix(mark.size());
  if (is_bold && line.starts_with("**:")) return trim(line.substr(3));
  if (is_bold && line.starts_with(":**")) return trim(line.substr(3));
  if (!is_bold && line.starts_with(':')) return trim(line.substr(1));
  return std::nullopt;
}

void read_marked_line(std::string_view line, MemoryEntry& entry) {
  const auto take = [&](std::string_view mark, std::string& value) {
    const auto found = marked_value(line, mark);
    if (found && value.empty()) value = *found;
  };
  take("Finding", entry.finding);
  take("Command", entry.command);
  take("Achievement", entry.achievement);
  take("Insight", entry.insight);
}

// Walks over the lines once and closes what a heading ends.
class LayoutReader {
 public:
  LayoutReader(std::string_view markdown, MemoryLayout& layout)
      : markdown_(markdown), layout_(layout) {}

  void read() {
    for (std::size_t i = 0; i < layout_.lines.size(); ++i) {
      if (layout_.lines[i].is_fenced) continue;
      const auto heading = parse_heading(layout_.lines[i].text);
      if (!heading || heading->level > 2) continue;
      end_entry(i);
      if (heading->level == 1) {
        end_section(i);
        begin_section(i, heading->title);
      } else {
        begin_entry(i, heading->title);
      }
    }
    end_entry(layout_.lines.size());
    end_section(layout_.lines.size());
  }

 private:
  void begin_section(std::size_t line, std::string_view title) {
    const auto section = section_titled(title);
    if (!section) {
      add_finding(line, "section_unknown",
                  fmt::format("\"# {}\" is none of the three sections", to_valid_utf8(title)));
      return;
    }
    check_place(line, *section);
    layout_.sections.push_back({*section, line, line});
    is_section_open_ = true;
  }

  void check_place(std::size_t line, MemorySection section) {
    const auto message = [&](std::string_view what) {
      return fmt::format("section \"{}\" {}", title_of(section), what);
    };
    if (layout_.find(section) != nullptr) {
      add_finding(line, "section_duplicate", message("stands a second time"));
      return;
    }
    const bool is_late = std::any_of(layout_.sections.begin(), layout_.sections.end(),
                                     [&](const auto& other) { return other.section > section; });
    if (is_late) add_finding(line, "section_order", message("stands behind a later one"));
  }

  void begin_entry(std::size_t line, std::string_view title) {
    if (!is_section_open_) return;
    auto entry = parse_entry_title(title);
    if (!entry) return;
    entry->section = layout_.sections.back().section;
    entry->line = line + 1;
    layout_.entries.push_back({line, line, std::move(*entry)});
    is_entry_open_ = true;
  }

  void end_entry(std::size_t end) {
    if (!std::exchange(is_entry_open_, false)) return;
    MemoryEntrySpan& span = layout_.entries.back();
    span.end = end;
    span.entry.line_count = end - span.first;
    std::size_t last = span.first;  // the last line that is not blank
    for (std::size_t i = span.first + 1; i < end; ++i) {
      if (!is_blank(layout_.lines[i].text)) last = i;
      if (!layout_.lines[i].is_fenced) read_marked_line(layout_.lines[i].text, span.entry);
    }
    if (last == span.first) return;
    const std::size_t begin = layout_.lines[span.first].end;
    const std::string_view last_text = layout_.lines[last].text;
    const std::size_t content_end = layout_.lines[last].begin + last_text.size();
    span.entry.content = markdown_.substr(begin, content_end - begin);
  }

  void end_section(std::size_t end) {
    if (std::exchange(is_section_open_, false)) layout_.sections.back().end = end;
  }

  void add_finding(std::size_t line, std::string_view rule, std::string message) {
    if (layout_.findings.size() >= kFindingsMax) return;
    layout_.findings.push_back({line + 1, std::string(rule), std::move(message)});
  }

  std::string_view markdown_;
  MemoryLayout& layout_;
  bool is_section_open_ = false;
  bool is_entry_open_ = false;
};

void check_whole(std::string_view markdown, MemoryLayout& layout) {
  for (const MemorySection section : kMemorySections) {
    if (layout.find(section) != nullptr) continue;
    layout.findings.push_back(
        {0, "section_missing", fmt::format("no section \"# {}\"", title_of(section))});
  }
  if (layout.lines.size() > kMemoryLinesMax) {
    layout.findings.push_back(
        {0, "line_limit",
         fmt::format("{} lines; at most {} are allowed", layout.lines.size(), kMemoryLinesMax)});
  }
  if (const auto offset = find_invalid_utf8(markdown)) {
    const auto before = markdown.substr(0, *offset);
    const auto line = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')) + 1;
    layout.findings.push_back({line, "invalid_utf8", fmt::format("byte {} is not UTF-8", *offset)});
  }
}

// The lines [first, end) that stand in no entry.
std::string text_outside(const MemoryLayout& layout, std::size_t first, std::size_t end) {
  std::string text;
  auto entry = std::ranges::lower_bound(layout.entries, first, {}, &MemoryEntrySpan::first);
  for (std::size_t i = first; i < end; ++i) {
    if (entry != layout.entries.end() && i == entry->first) {
      i = entry->end - 1;
      ++entry;
      continue;
    }
    text.append(layout.lines[i].text).append("\n");
  }
  const std::size_t begin = text.find_first_not_of('\n');
  if (begin == kNone) return {};
  return text.substr(begin, text.find_last_not_of('\n') + 1 - begin);
}

}  // namespace

std::string_view title_of(MemorySection section) noexcept {
  switch (section) {
    case MemorySection::patterns: return "Non-Obvious Implementation Patterns";
    case MemorySection::commands: return "Development & Debug Commands";
    case MemorySection::status: return "System Updates & Status";
  }
  return {};
}

std::optional<MemorySection> parse_memory_section(std::string_view text) {
  if (const auto heading = parse_heading(text)) text = heading->title;
  const std::string word = to_lower(trim(text));
  if (word == "patterns") return MemorySection::patterns;
  if (word == "commands") return MemorySection::commands;
  if (word == "status") return MemorySection::status;
  return section_titled(word);
}

const MemorySectionSpan* MemoryLayout::find(MemorySection section) const {
  const auto found = std::find_if(sections.begin(), sections.end(),
                                  [&](const auto& span) { return span.section == section; });
  return found == sections.end() ? nullptr : &*found;
}

MemoryLayout read_memory_layout(std::string_view markdown) {
  MemoryLayout layout;
  // An agent that forgot to close a fence must not make the sections behind it disappear.
  MarkdownLines cut =
      cut_markdown(markdown, UnclosedFence::is_plain_text, FenceIndent::at_most_three);
  layout.lines = std::move(cut.lines);
  if (cut.unclosed_fence_line != 0) {
    layout.has_unclosed_fence = true;
    layout.findings.push_back({cut.unclosed_fence_line, "unclosed_fence",
                               "a code fence is opened here and never closed"});
  }
  LayoutReader(markdown, layout).read();
  check_whole(markdown, layout);
  return layout;
}

MemoryText parse_memory(std::string_view markdown) {
  MemoryLayout layout = read_memory_layout(markdown);
  MemoryText text;
  text.line_count = layout.lines.size();
  text.findings = std::move(layout.findings);
  for (const MemorySectionSpan& span : layout.sections) {
    text.sections.push_back({span.section, span.first + 1, span.end - span.first,
                             text_outside(layout, span.first + 1, span.end)});
  }
  text.entries.reserve(layout.entries.size());
  for (MemoryEntrySpan& span : layout.entries) text.entries.push_back(std::move(span.entry));
  return text;
}

}  // namespace loop
