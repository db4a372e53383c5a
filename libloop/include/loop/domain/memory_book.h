// SPDX-License-Identifier: MIT
// persistent-memory.md: three sections, dated entries, at most 300 lines.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "loop/base/clock.h"
#include "loop/base/ids.h"
#include "loop/base/log.h"
#include "loop/base/random.h"
#include "loop/base/time.h"
#include "loop/store/file_system.h"

namespace loop {

inline constexpr std::size_t kMemoryLinesMax = 300;
inline constexpr std::size_t kMemoryNoteBytesMax = 64 * 1024;  // all texts of one note together
inline constexpr std::uint64_t kMemoryFileBytesMax = 16ull * 1024 * 1024;

enum class MemorySection { patterns, commands, status };
inline constexpr std::array<MemorySection, 3> kMemorySections{
    MemorySection::patterns, MemorySection::commands, MemorySection::status};
// "Non-Obvious Implementation Patterns", "Development & Debug Commands", "System Updates & Status".
std::string_view title_of(MemorySection section) noexcept;
// By title or by the words patterns, commands, status; case ignored.
std::optional<MemorySection> parse_memory_section(std::string_view text);

// `## [time] [mode] - [category]` and the marked lines below it.
struct MemoryEntry {
  MemorySection section = MemorySection::patterns;
  std::size_t line = 0;  // of its heading, from 1
  std::size_t line_count = 0;
  std::optional<Instant> time;
  std::string mode;
  std::string category;
  std::string finding, command, achievement, insight;  // without their "- Finding:" marks
  std::string content;                                 // the lines below the heading as they stand
};

struct MemoryFinding {
  std::size_t line = 0;  // 0: the file as a whole
  // "section_missing", "section_duplicate", "section_order", "section_unknown", "line_limit",
  // "invalid_utf8", "unclosed_fence".
  std::string rule;
  std::string message;
};

// A section as it stands; one that stands twice is there twice.
struct MemorySectionText {
  MemorySection section = MemorySection::patterns;
  std::size_t line = 0;  // of its heading, from 1
  std::size_t line_count = 0;
  std::string text;  // its lines that belong to no entry, without blank ones at the ends
};

// One version of the text. Headings inside fenced code are not headings; a fence that is never
// closed is reported and hides nothing. An entry ends at the next heading of level 1 or 2.
struct MemoryText {
  std::vector<MemorySectionText> sections;
  std::vector<MemoryEntry> entries;
  std::vector<MemoryFinding> findings;
  std::size_t line_count = 0;
};
MemoryText parse_memory(std::string_view markdown);

struct MemoryNote {
  MemorySection section = MemorySection::status;
  ModeSlug mode;
  std::string category;                                // one line; blank: "note"
  std::string finding, command, achievement, insight;  // empty ones are not written
  std::string content;  // free text below; its headings are made harmless (a "#" line is indented)
  Instant time{};
};

// The category as it stands in the heading: one line, no brackets, cut at 200 bytes, "note" when
// blank.
std::string written_category(std::string_view category);

enum class OnMemoryLimit {
  archive,  // the oldest dated entries move to .loop/memory-archive/<date>.md until there is room
  refuse,   // limit_reached, nothing changed
};

struct MemoryAppend {
  std::vector<std::string> archived;  // headings of the entries that moved
  std::string archive_file;           // empty when none moved
  std::size_t line_count = 0;         // after it
};

// Pure: the new text, and what has to go to the archive. The note goes to the end of its section,
// one blank line around it; missing sections are added in their order. Foreign text stays byte for
// byte; the file's line endings are kept. At most `keep_of_category` dated entries of the note's
// category stay (older ones are archived first); 0 means no such limit. Only dated entries ever
// move, the oldest first, with the blank lines behind them. too_large for a note over
// kMemoryNoteBytesMax; limit_reached when the lines do not fit.
struct MemoryChange {
  std::string text;
  std::string archived_text;
  std::vector<std::string> archived;
};
Result<MemoryChange> add_note(std::string_view markdown, const MemoryNote& note,
                              OnMemoryLimit on_limit, std::size_t keep_of_category = 0);

class MemoryBook {
 public:
  MemoryBook(FileSystem& files, Clock& clock, RandomSource& random, Log& log);

  // Adds one note under the lock, durably; the archive is durable before the file shrinks. An
  // absent file is made, with its three sections. When `unless_contains` is not empty and stands in
  // the file or in the archive of today (UTC) already, nothing is written: so a repeated call is
  // harmless. A change by a program without our lock is noticed and the note added to what it
  // wrote; conflict when that goes on.
  Result<MemoryAppend> append(const MemoryNote& note,
                              OnMemoryLimit on_limit = OnMemoryLimit::archive,
                              std::size_t keep_of_category = 0,
                              std::string_view unless_contains = {});

  // Brings a file that is over the limit back below it by archiving; writes nothing when it is not.
  // limit_reached, and nothing changed, when there are too few dated entries.
  Result<MemoryAppend> compact();

  // An absent file reads as an empty one.
  Result<MemoryText> read();
  Result<std::string> read_text();

 private:
  using Change = std::function<Result<MemoryChange>(std::string_view text)>;
  Result<MemoryAppend> edit(const Change& change, std::string_view unless_contains);
  Result<MemoryAppend> edit_once(const Change& change, std::string_view unless_contains);
  Result<std::string> archive(const std::string& moved);
  Result<bool> contains(std::string_view memory, std::string_view wanted);

  FileSystem& files_;
  Clock& clock_;
  RandomSource& random_;
  Log& log_;
};

}  // namespace loop
