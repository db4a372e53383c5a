// SPDX-License-Identifier: MIT
// Where sections and entries lie in one version of the memory file: what reading and editing share.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "domain/markdown_lines.hpp"
#include "loop/domain/memory_book.h"

namespace loop {

// Lines [first, end), counted from 0.
struct MemorySectionSpan {
  MemorySection section = MemorySection::patterns;
  std::size_t first = 0;  // its heading
  std::size_t end = 0;    // the next top heading, or the end of the file
};

struct MemoryEntrySpan {
  std::size_t first = 0;  // its heading
  std::size_t end = 0;    // the blank lines behind it belong to it
  MemoryEntry entry;
};

struct MemoryLayout {
  std::vector<MarkdownLine> lines;
  std::vector<MemorySectionSpan> sections;  // as they stand; a duplicate stands twice
  std::vector<MemoryEntrySpan> entries;
  std::vector<MemoryFinding> findings;
  bool has_unclosed_fence = false;

  // The first section of that title, or nullptr.
  const MemorySectionSpan* find(MemorySection section) const;
};

// The result refers to `markdown`.
MemoryLayout read_memory_layout(std::string_view markdown);

// The lines of the note as they are written, each with `line_ending`. `is_all_indented` makes its
// free text a block that can neither open nor close a fence.
std::string render_memory_note(const MemoryNote& note, std::string_view line_ending,
                               bool is_all_indented);

// Pure part of MemoryBook::compact: the text with its oldest dated entries moved out until it holds
// the limit; the same text when it does. limit_reached when there are too few dated entries.
Result<MemoryChange> compact_memory(std::string_view markdown);

}  // namespace loop
