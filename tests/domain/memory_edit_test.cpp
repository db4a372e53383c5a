// SPDX-License-Identifier: MIT
// Adding notes to the memory file and moving old entries out, as text.
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "domain/memory_layout.hpp"
#include "loop/base/text.h"
#include "support/catch.hpp"

namespace loop {
namespace {

using Catch::Contains;

constexpr std::string_view kPatterns = "# Non-Obvious Implementation Patterns\n";
constexpr std::string_view kCommands = "# Development & Debug Commands\n";
constexpr std::string_view kStatus = "# System Updates & Status\n";

Instant at(std::string_view text) { return *parse_instant(text); }

MemoryNote note_of(MemorySection section, std::string finding) {
  MemoryNote note;
  note.section = section;
  note.mode = ModeSlug("code");
  note.category = "fix";
  note.finding = std::move(finding);
  note.time = at("2025-11-02T00:00:00Z");
  return note;
}

MemoryChange add(std::string_view markdown, const MemoryNote& note,
                 OnMemoryLimit on_limit = OnMemoryLimit::archive, std::size_t keep = 0) {
  auto change = add_note(markdown, note, on_limit, keep);
  if (!change) FAIL(change.error().message());
  return std::move(*change);
}

constexpr std::string_view kWritten =
    "## [2025-11-02T00:00:00.000Z] [code] - [fix]\n- Finding: F\n";

// A file of exactly so many lines, of which `entries` are dated entries of three lines.
std::string file_of_lines(std::size_t line_count, std::size_t entries) {
  std::string text = fmt::format("{}\n{}\n{}\n", kPatterns, kCommands, kStatus);
  for (std::size_t i = 0; i < entries; ++i) {
    text += fmt::format("## [2025-10-{:02}T00:00:00Z] [m] - [c]\n- Finding: {}\n\n", 1 + i % 28, i);
  }
  const std::size_t lines = 6 + 3 * entries;
  std::string padding;
  for (std::size_t i = lines; i < line_count; ++i) padding += "foreign\n";
  return fmt::format("{}{}", padding, text);
}

std::size_t lines_of(std::string_view text) { return parse_memory(text).line_count; }

TEST_CASE("a note to an empty file makes the three sections in their order") {
  CHECK(add("", note_of(MemorySection::commands, "F")).text ==
        fmt::format("{}\n{}\n{}\n{}", kPatterns, kCommands, kWritten, kStatus));
}

TEST_CASE("a note goes to the end of its section with one blank line around it") {
  const std::string before = fmt::format("{}text\n{}{}\nmore\n\n\n", kPatterns, kCommands, kStatus);

  CHECK(add(before, note_of(MemorySection::patterns, "F")).text ==
        fmt::format("{}text\n\n{}\n{}{}\nmore\n\n\n", kPatterns, kWritten, kCommands, kStatus));
  CHECK(add(before, note_of(MemorySection::status, "F")).text ==
        fmt::format("{}text\n{}{}\nmore\n\n{}\n\n", kPatterns, kCommands, kStatus, kWritten));
}

TEST_CASE("a file without a last newline gets one and keeps the rest") {
  const std::string before = fmt::format("{}{}{}last", kPatterns, kCommands, kStatus);

  CHECK(add(before, note_of(MemorySection::status, "F")).text ==
        fmt::format("{}\n\n{}", before, kWritten));
}

TEST_CASE("repeated notes are separated evenly") {
  std::string text;
  for (int i = 0; i < 3; ++i) text = add(text, note_of(MemorySection::patterns, "F")).text;

  CHECK(text ==
        fmt::format("{0}\n{1}\n{1}\n{1}\n{2}\n{3}", kPatterns, kWritten, kCommands, kStatus));
}

TEST_CASE("every text of a note is written, each mark on one line") {
  MemoryNote note = note_of(MemorySection::status, " two\nlines\t. ");
  note.command = "make";
  note.achievement = "A";
  note.insight = "I";
  note.content = "\n\nfree\n\n  text\n\n";
  note.category = "a] [b";
  note.mode = ModeSlug("");

  CHECK_THAT(add("", note).text,
             Contains("## [2025-11-02T00:00:00.000Z] [unknown] - [a) (b]\n"
                      "- Finding: two lines .\n- Command: make\n- Achievement: A\n- Insight: I\n"
                      "free\n\n  text\n"));
  note.category = " \n";
  CHECK_THAT(add("", note).text, Contains("- [note]\n"));
}

TEST_CASE("CRLF files stay CRLF") {
  const std::string before =
      "# Non-Obvious Implementation Patterns\r\n\r\n# Development & Debug Commands\r\n";
  MemoryNote note = note_of(MemorySection::patterns, "F");
  note.content = "a\nb\r\nc\rd";

  const std::string text = add(before, note).text;
  CHECK(text ==
        "# Non-Obvious Implementation Patterns\r\n\r\n"
        "## [2025-11-02T00:00:00.000Z] [code] - [fix]\r\n- Finding: F\r\na\r\nb\r\nc\r\nd\r\n\r\n"
        "# Development & Debug Commands\r\n\r\n# System Updates & Status\r\n");
}

TEST_CASE("a byte order mark stays first when a section is put before the others") {
  const std::string text =
      add("\xEF\xBB\xBF# System Updates & Status\n", note_of(MemorySection::status, "F")).text;

  CHECK(text == fmt::format("\xEF\xBB\xBF{}\n{}\n{}\n{}", kPatterns, kCommands, kStatus, kWritten));
}

TEST_CASE("headings in the content of a note are made harmless") {
  MemoryNote note = note_of(MemorySection::commands, "F");
  note.content =
      "# System Updates & Status\n## [2025-01-01T00:00:00Z] [x] - [y]\n  # z\nTitle\n=====\n"
      "```\n# in code\n```\n#hash";

  const std::string text = add("", note).text;
  CHECK_THAT(text,
             Contains("    # System Updates & Status\n    ## [2025-01-01T00:00:00Z] [x] - [y]\n"
                      "      # z\nTitle\n    =====\n```\n# in code\n```\n#hash\n"));
  const MemoryText parsed = parse_memory(text);
  CHECK(parsed.findings.empty());
  CHECK(parsed.entries.size() == 1);
}

TEST_CASE("a note that forgets to close its fence opens none") {
  MemoryNote note = note_of(MemorySection::patterns, "F");
  note.content = "see\n```sh\nmake\n# x";

  const std::string text = add("", note).text;
  CHECK_THAT(text, Contains("    see\n    ```sh\n    make\n    # x\n"));
  CHECK(parse_memory(text).findings.empty());
}

TEST_CASE("a fence that stands open in the file is not closed by a note") {
  const std::string before = fmt::format("{}```\n{}{}", kPatterns, kCommands, kStatus);
  MemoryNote note = note_of(MemorySection::status, "F");
  note.content = "```\ncode\n```";

  const MemoryText parsed = parse_memory(add(before, note).text);
  REQUIRE(parsed.findings.size() == 1);
  CHECK(parsed.findings[0].rule == "unclosed_fence");
  CHECK(parsed.entries.size() == 1);
}

TEST_CASE("control characters and invalid bytes of a note do not reach the file") {
  MemoryNote note = note_of(MemorySection::status, std::string("a\0b", 3));
  note.content = std::string("c\0d\x1b[31m\xff\te", 11);

  const std::string text = add("", note).text;
  CHECK_THAT(text, Contains("- Finding: a b\nc d [31m\xEF\xBF\xBD\te\n"));
  CHECK(text.find('\0') == std::string::npos);
}

TEST_CASE("the texts of a note are limited to 64 KiB") {
  const auto sized = [](std::size_t size) {
    return add_note("", note_of(MemorySection::status, std::string(size, 'x')),
                    OnMemoryLimit::archive)
        .has_value();
  };
  CHECK(sized(kMemoryNoteBytesMax - 1));
  CHECK(sized(kMemoryNoteBytesMax));
  CHECK_FALSE(sized(kMemoryNoteBytesMax + 1));
}

TEST_CASE("a file may reach 300 lines and not one more") {
  // The note takes two lines and a blank one.
  const MemoryNote note = note_of(MemorySection::status, "F");
  for (const std::size_t before : {296U, 297U}) {
    const MemoryChange change = add(file_of_lines(before, 2), note, OnMemoryLimit::refuse);
    CHECK(lines_of(change.text) == before + 3);
    CHECK(change.archived.empty());
  }
  const auto refused = add_note(file_of_lines(298, 2), note, OnMemoryLimit::refuse);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code() == Errc::limit_reached);
  CHECK_THAT(refused.error().message(), Contains("301 lines; at most 300"));
}

TEST_CASE("past the limit the oldest dated entries move out and foreign text stays") {
  const std::string before = file_of_lines(299, 2);
  const MemoryChange change = add(before, note_of(MemorySection::status, "F"));

  CHECK(lines_of(change.text) == 299);
  REQUIRE(change.archived.size() == 1);
  CHECK(change.archived[0] == "## [2025-10-01T00:00:00Z] [m] - [c]");
  CHECK(change.archived_text ==
        fmt::format("{}## [2025-10-01T00:00:00Z] [m] - [c]\n- Finding: 0\n\n", kStatus));
  CHECK(std::count(change.text.begin(), change.text.end(), '\n') == 299);
  CHECK_THAT(change.text, Contains("[2025-10-02T00:00:00Z]"));
}

TEST_CASE("the oldest is told by its date and not by its place") {
  const std::string before = fmt::format(
      "{}## [2025-03-01T00:00:00Z] [m] - [late]\n{}{}## [2025-01-01T00:00:00Z] [m] - "
      "[early]\n## [2025-02-01T00:00:00Z] [m] - [middle]\n## [no date] [m] - [undated]\n{}",
      kPatterns, kCommands, kStatus, std::string(291, '\n'));

  const MemoryChange change = add(before, note_of(MemorySection::patterns, "F"));
  REQUIRE(change.archived.size() == 2);
  CHECK_THAT(change.archived[0], Contains("[early]"));
  CHECK_THAT(change.archived[1], Contains("[middle]"));
  CHECK_THAT(change.text, Contains("[late]"));
  CHECK_THAT(change.text, Contains("[undated]"));
}

TEST_CASE("a file over the limit without dated entries is left as it is") {
  for (const std::size_t lines : {298U, 299U, 300U, 350U}) {
    const auto change = add_note(file_of_lines(lines, 0), note_of(MemorySection::status, "F"),
                                 OnMemoryLimit::archive);
    REQUIRE_FALSE(change);
    CHECK(change.error().code() == Errc::limit_reached);
    CHECK_THAT(change.error().message(), Contains("too few dated entries"));
  }
}

TEST_CASE("the new note itself is never archived to make room") {
  MemoryNote note = note_of(MemorySection::status, "F");
  note.time = at("2000-01-01T00:00:00Z");
  const MemoryChange change = add(file_of_lines(300, 2), note);
  CHECK_THAT(change.text, Contains("[2000-01-01T00:00:00.000Z]"));

  for (int i = 0; i < 300; ++i) note.content += "line\n";
  CHECK_FALSE(add_note(file_of_lines(20, 2), note, OnMemoryLimit::archive));
}

TEST_CASE("at most so many entries of a category stay, the newest ones") {
  std::string text;
  MemoryNote note = note_of(MemorySection::status, "");
  for (int day = 1; day <= 5; ++day) {
    note.time = at(fmt::format("2025-11-{:02}T00:00:00Z", day));
    text = add(text, note).text;
  }
  note.category = "other";
  text = add(text, note).text;

  note.category = "fix";
  note.time = at("2025-11-06T00:00:00Z");
  for (const std::size_t keep : {1U, 3U, 5U, 6U}) {
    const MemoryChange change = add(text, note, OnMemoryLimit::archive, keep);
    CHECK(change.archived.size() == 6 - keep);
    CHECK(parse_memory(change.text).entries.size() == keep + 1);
    CHECK_THAT(change.text, Contains("[2025-11-06T00:00:00.000Z]") && Contains("[other]"));
  }
  CHECK(add(text, note, OnMemoryLimit::archive, 0).archived.empty());
}

TEST_CASE("a thousand entries over the limit are archived in one go") {
  const std::string before = file_of_lines(3006, 1000);
  const MemoryChange change = add(before, note_of(MemorySection::status, "F"));

  CHECK(lines_of(change.text) <= kMemoryLinesMax);
  CHECK(lines_of(change.text) > kMemoryLinesMax - 6);
  CHECK(change.archived.size() + parse_memory(change.text).entries.size() == 1001);
}

TEST_CASE("compacting archives what is over the limit and nothing else") {
  const std::string fits = file_of_lines(300, 10);
  CHECK(compact_memory(fits)->text == fits);
  CHECK(compact_memory(fits)->archived.empty());
  CHECK(compact_memory("")->text == "");

  const auto change = compact_memory(file_of_lines(301, 10));
  REQUIRE(change);
  CHECK(lines_of(change->text) == 298);
  CHECK(change->archived.size() == 1);
  CHECK_FALSE(compact_memory(file_of_lines(301, 0)));
}

TEST_CASE("an archived last entry without newline gets one in the archive") {
  const std::string before = fmt::format("{}{}{}{}## [2025-01-01T00:00:00Z] [m] - [c]\n- x",
                                         kPatterns, kCommands, kStatus, std::string(296, '\n'));
  const auto change = compact_memory(before);
  REQUIRE(change);
  CHECK(change->archived_text ==
        fmt::format("{}## [2025-01-01T00:00:00Z] [m] - [c]\n- x\n", kStatus));
}

TEST_CASE("text that is no note's business stays byte for byte around a note") {
  const std::string foreign =
      std::string("\xff\0 odd bytes \r mixed\r\nendings\n", 29) + "trailing  \n";
  const std::string before =
      fmt::format("{0}{1}{0}{2}{0}# Unknown\n{0}{3}{0}", foreign, kPatterns, kCommands, kStatus);

  for (const MemorySection section : kMemorySections) {
    MemoryNote note = note_of(section, "F");
    std::string text = add(before, note).text;
    const std::string added = "## [2025-11-02T00:00:00.000Z] [code] - [fix]\r\n- Finding: F\r\n";
    const std::size_t place = text.find(added);
    REQUIRE(place != std::string::npos);
    // Without the note and the blank lines around it the file is what it was.
    text.erase(place, added.size());
    REQUIRE(text.substr(place - 2, 2) == "\r\n");
    text.erase(place - 2, 2);
    if (text.substr(place - 2, 2) == "\r\n") text.erase(place - 2, 2);
    CHECK(text == before);
  }
}

TEST_CASE("the memory file of the original system keeps its bytes around a note") {
  std::ifstream stream(std::string(LOOP_SHARED_DIR) +
                       "/fixtures/seed-workspace/persistent-memory.md");
  if (!stream) {
    WARN("skipped: no fixture of the original system");
    return;
  }
  std::stringstream read;
  read << stream.rdbuf();
  const std::string before = read.str();

  CHECK(compact_memory(before)->text == before);
  CHECK(add(before, note_of(MemorySection::status, "F")).text ==
        before + "\n\n" + std::string(kWritten));
  const std::string text = add(before, note_of(MemorySection::commands, "F")).text;
  const std::size_t place = text.find(kWritten);
  CHECK(text.substr(0, place - 1) + text.substr(place + kWritten.size()) == before);
}

}  // namespace
}  // namespace loop
