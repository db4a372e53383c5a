// SPDX-License-Identifier: MIT
// Reading the memory file: sections, entries, fences, findings.
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "domain/markdown_lines.hpp"
#include "loop/domain/memory_book.h"
#include "support/catch.hpp"

namespace loop {
namespace {

constexpr std::string_view kSections =
    "# Non-Obvious Implementation Patterns\n\n# Development & Debug Commands\n\n"
    "# System Updates & Status\n";

std::vector<std::string> rules_of(const MemoryText& text) {
  std::vector<std::string> rules;
  for (const MemoryFinding& finding : text.findings) rules.push_back(finding.rule);
  return rules;
}

bool has_rule(const MemoryText& text, const std::string& rule) {
  const auto rules = rules_of(text);
  return std::find(rules.begin(), rules.end(), rule) != rules.end();
}

std::vector<std::size_t> fenced_lines(std::string_view text) {
  std::vector<std::size_t> fenced;
  const auto cut = cut_markdown(text, UnclosedFence::is_plain_text, FenceIndent::at_most_three);
  for (std::size_t i = 0; i < cut.lines.size(); ++i) {
    if (cut.lines[i].is_fenced) fenced.push_back(i + 1);
  }
  return fenced;
}

using Lines = std::vector<std::size_t>;

TEST_CASE("a fence is closed by the same mark, at least as long, and nothing else") {
  CHECK(fenced_lines("```\na\n```\nb\n") == Lines{1, 2, 3});
  CHECK(fenced_lines("```cpp\n~~~\n```\nb\n") == Lines{1, 2, 3});
  CHECK(fenced_lines("~~~\n```\n~~~\nb\n") == Lines{1, 2, 3});
  CHECK(fenced_lines("````\n```\n````\nb") == Lines{1, 2, 3});
  CHECK(fenced_lines("```\na\n`````\nb") == Lines{1, 2, 3});
  CHECK(fenced_lines("```\n``` x\n```") == Lines{1, 2, 3});
  CHECK(fenced_lines("   ```\r\na\r\n  ```  \r\nb") == Lines{1, 2, 3});
  CHECK(fenced_lines("    ```\na\n    ```\n") == Lines{});
  CHECK(fenced_lines("``` a`b\n```\n") == Lines{});
  CHECK(fenced_lines("``\na\n``\n") == Lines{});
  CHECK(fenced_lines("```\na\n```\nb\n```\nc\n```\n") == Lines{1, 2, 3, 5, 6, 7});
}

TEST_CASE("an open fence is reported and hides what it is asked to hide") {
  const std::string_view text = "a\n```\n# b\n";
  const auto plain = cut_markdown(text, UnclosedFence::is_plain_text, FenceIndent::at_most_three);
  const auto hidden = cut_markdown(text, UnclosedFence::hides_rest, FenceIndent::at_most_three);

  CHECK(plain.unclosed_fence_line == 2);
  CHECK_FALSE(plain.lines[2].is_fenced);
  CHECK(hidden.unclosed_fence_line == 2);
  CHECK(hidden.lines[2].is_fenced);
  CHECK_FALSE(hidden.lines[0].is_fenced);
}

TEST_CASE("a longer fence that stays open does not hide a shorter one that closes") {
  CHECK(fenced_lines("`````\n```\na\n```\nb\n") == Lines{2, 3, 4});
}

TEST_CASE("a hundred thousand open fences are cut in linear time") {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += i % 2 == 0 ? "```a\n" : "~~~~b\n";

  const auto cut = cut_markdown(text, UnclosedFence::is_plain_text, FenceIndent::at_most_three);
  CHECK(cut.lines.size() == 100'000);
  CHECK(cut.unclosed_fence_line == 1);
}

TEST_CASE("headings follow CommonMark") {
  CHECK(parse_heading("# a")->title == "a");
  CHECK(parse_heading("   ###  a b ##  ")->title == "a b");
  CHECK(parse_heading("   ###  a b ##  ")->level == 3);
  CHECK(parse_heading("# C#")->title == "C#");
  CHECK(parse_heading("#")->title == "");
  CHECK(parse_heading("## ##")->title == "");
  CHECK(parse_heading("#\ta")->title == "a");
  CHECK_FALSE(parse_heading("#a"));
  CHECK_FALSE(parse_heading("    # a"));
  CHECK_FALSE(parse_heading("####### a"));
  CHECK_FALSE(parse_heading(""));
  CHECK_FALSE(parse_heading("a # b"));
}

TEST_CASE("sections are named by title or by one word") {
  CHECK(parse_memory_section("patterns") == MemorySection::patterns);
  CHECK(parse_memory_section(" Commands ") == MemorySection::commands);
  CHECK(parse_memory_section("STATUS") == MemorySection::status);
  CHECK(parse_memory_section("# system updates & status") == MemorySection::status);
  CHECK(parse_memory_section("Development & Debug Commands") == MemorySection::commands);
  CHECK_FALSE(parse_memory_section("statuses"));
  CHECK_FALSE(parse_memory_section(""));
}

TEST_CASE("an entry is read with its marks, its lines and its place") {
  const MemoryText text = parse_memory(
      "# Non-Obvious Implementation Patterns\n"
      "\n"
      "# Development & Debug Commands\n"
      "# System Updates & Status\n"
      "## [2025-11-01T03:00:31.762Z] [code] - [fix]\n"
      "- **Finding**: it was slow\n"
      "* **Command:** make\n"
      "- Achievement: fast\n"
      "- insight: measure\n"
      "### More\n"
      "text\n"
      "\n"
      "## Plain heading\n"
      "- Finding: not of the entry\n");

  CHECK(text.findings.empty());
  CHECK(text.line_count == 14);
  REQUIRE(text.entries.size() == 1);
  const MemoryEntry& entry = text.entries[0];
  CHECK(entry.section == MemorySection::status);
  CHECK(entry.line == 5);
  CHECK(entry.line_count == 8);
  CHECK(format_instant(*entry.time) == "2025-11-01T03:00:31.762Z");
  CHECK(entry.mode == "code");
  CHECK(entry.category == "fix");
  CHECK(entry.finding == "it was slow");
  CHECK(entry.command == "make");
  CHECK(entry.achievement == "fast");
  CHECK(entry.insight == "measure");
  CHECK(entry.content ==
        "- **Finding**: it was slow\n* **Command:** make\n- Achievement: fast\n- insight: measure\n"
        "### More\ntext");
}

TEST_CASE("an entry may have a date alone, no date, or a category without brackets") {
  const MemoryText text = parse_memory(std::string(kSections) +
                                       "## [2025-11-01] [a] - [b]\n"
                                       "## [timestamp] [mode] - [task_id]: [description]\n"
                                       "## [2025-11-01T00:00:00Z] [a] - plain words\n"
                                       "## [x] no mode\n"
                                       "## [x] [y] no dash\n");

  REQUIRE(text.entries.size() == 3);
  CHECK(format_instant(*text.entries[0].time) == "2025-11-01T00:00:00.000Z");
  CHECK_FALSE(text.entries[1].time);
  CHECK(text.entries[1].category == "task_id");
  CHECK(text.entries[2].category == "plain words");
}

TEST_CASE("headings inside fenced code are not headings") {
  const MemoryText text = parse_memory(
      "# Non-Obvious Implementation Patterns\n```\n# Development & Debug Commands\n"
      "## [2025-11-01T00:00:00Z] [a] - [b]\n```\n~~~md\n# System Updates & Status\n```\n~~~\n");

  CHECK(text.entries.empty());
  CHECK(rules_of(text) == std::vector<std::string>{"section_missing", "section_missing"});
}

TEST_CASE("a fence that is never closed is reported and hides no section") {
  const MemoryText text = parse_memory(
      "# Non-Obvious Implementation Patterns\n```\n"
      "# Development & Debug Commands\n# System Updates & Status\n");

  REQUIRE(text.findings.size() == 1);
  CHECK(text.findings[0].rule == "unclosed_fence");
  CHECK(text.findings[0].line == 2);
}

TEST_CASE("what is wrong with the sections is found") {
  CHECK(rules_of(parse_memory("")) == std::vector<std::string>(3, std::string("section_missing")));
  CHECK(rules_of(parse_memory(std::string(kSections) + "# System Updates & Status\n")) ==
        std::vector<std::string>{"section_duplicate"});
  CHECK(rules_of(parse_memory(std::string(kSections) + "# Notes\n")) ==
        std::vector<std::string>{"section_unknown"});
  CHECK(rules_of(parse_memory("# System Updates & Status\n# Development & Debug Commands\n"
                              "# Non-Obvious Implementation Patterns\n")) ==
        std::vector<std::string>{"section_order", "section_order"});
  CHECK(parse_memory("\xEF\xBB\xBF" + std::string(kSections)).findings.empty());
}

TEST_CASE("a hundred wrong headings are reported one by one and no more") {
  const auto findings_of = [](int count) {
    std::string markdown(kSections);
    for (int i = 0; i < count; ++i) markdown += "# x\n";
    return parse_memory(markdown).findings.size();
  };
  CHECK(findings_of(99) == 99);
  CHECK(findings_of(100) == 100);
  CHECK(findings_of(101) == 100);
}

TEST_CASE("invalid UTF-8 is found with its line and read all the same") {
  const MemoryText text = parse_memory(std::string(kSections) + "bad \xff byte\n");

  REQUIRE(text.findings.size() == 1);
  CHECK(text.findings[0].rule == "invalid_utf8");
  CHECK(text.findings[0].line == 6);
}

TEST_CASE("the limit of 300 lines is a finding from line 301 on") {
  const auto of_lines = [](std::size_t count) {
    return parse_memory(std::string(kSections) + std::string(count - 5, '\n'));
  };
  CHECK_FALSE(has_rule(of_lines(299), "line_limit"));
  CHECK_FALSE(has_rule(of_lines(300), "line_limit"));
  CHECK(has_rule(of_lines(301), "line_limit"));
  // A last line without newline is a line.
  CHECK(parse_memory("a\nb").line_count == 2);
  CHECK(parse_memory("a\nb\n").line_count == 2);
}

TEST_CASE("CRLF, NUL bytes and a line of a megabyte are read") {
  std::string markdown(kSections);
  markdown += "## [2025-11-01T00:00:00Z] [a] - [b]\r\n- Finding: x\r\n";
  markdown += std::string("\0\0", 2) + std::string(1 << 20, 'z') + "\r\n";

  const MemoryText text = parse_memory(markdown);
  REQUIRE(text.entries.size() == 1);
  CHECK(text.entries[0].finding == "x");
  CHECK(text.entries[0].content.size() == 12 + 2 + 2 + (1 << 20));
}

TEST_CASE("the memory file of the original system has its three sections and its entries") {
  std::ifstream stream(std::string(LOOP_SHARED_DIR) +
                       "/fixtures/seed-workspace/persistent-memory.md");
  if (!stream) {
    WARN("skipped: no fixture of the original system");
    return;
  }
  std::stringstream markdown;
  markdown << stream.rdbuf();

  const MemoryText text = parse_memory(markdown.str());
  CHECK(text.findings.empty());
  CHECK(text.line_count == 256);
  CHECK(text.entries.size() == 13);  // not the one that shows the format inside a fence
  for (const MemoryEntry& entry : text.entries) {
    CHECK(entry.time);
    CHECK(entry.section == MemorySection::status);
  }
}

TEST_CASE("a section is told with its text that belongs to no entry") {
  const MemoryText text = parse_memory(
      "# Non-Obvious Implementation Patterns\n\n## Core\n- a\n\n"
      "## [2025-11-01T06:00:00Z] [code] - [note]\n- Finding: f\n\n## More\n- b\n\n"
      "# Development & Debug Commands\n"
      "# System Updates & Status\n## [2025-11-01T06:00:00Z] [code] - [note]\nx");

  REQUIRE(text.sections.size() == 3);
  CHECK(text.sections[0].section == MemorySection::patterns);
  CHECK(text.sections[0].line == 1);
  CHECK(text.sections[0].line_count == 11);
  CHECK(text.sections[0].text == "## Core\n- a\n\n## More\n- b");
  CHECK(text.sections[1].line == 12);
  CHECK(text.sections[1].text.empty());
  CHECK(text.sections[2].text.empty());
  CHECK(text.entries.size() == 2);
}

}  // namespace
}  // namespace loop
