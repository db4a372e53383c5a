// SPDX-License-Identifier: MIT
// The operation that searches the text files of the workspace.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "loop/ops/operation.h"

namespace loop {

struct SearchInFilesRequest {
  std::string pattern;
  std::optional<std::string> directory;
  std::optional<std::string> file_pattern;
  bool case_sensitive = false;
  bool whole_word = false;
  std::int64_t max_matches = 1000;
  bool include_line_numbers = true;
  std::int64_t context_lines = 0;
  bool respect_gitignore = true;
  bool literal = false;
};

// One line in which the pattern matches, once or more.
struct MatchedLine {
  std::string file_path;
  std::optional<std::uint64_t> line_number;  // from 1
  std::string text;                          // a part of a long line, around the first match
  std::vector<std::uint64_t> columns;        // in characters, from 1
  std::vector<std::uint64_t> byte_offsets;   // in the file, from 0
  // The lines just before and behind this one, but for those that a match before has shown.
  std::vector<std::string> context_before;
  std::vector<std::string> context_after;
};

struct SearchInFilesAnswer {
  std::vector<MatchedLine> matches;  // by path, then by line
  std::uint64_t match_count = 0;
  std::uint64_t files_searched = 0;
  std::uint64_t files_matched = 0;
  std::uint64_t binary_skipped = 0;
  std::uint64_t large_skipped = 0;
  bool is_truncated = false;
  std::vector<std::string> unreadable;
};

// RE2 syntax; takes time in proportion to the files. Links are not followed; files with a NUL at
// their start, files over kSearchedBytesMax, denied and (unless directory or file_pattern names
// them) hidden ones are left out.
Result<SearchInFilesAnswer> search_in_files(const OperationContext& context,
                                            const SearchInFilesRequest& request);

inline constexpr std::uint64_t kSearchedBytesMax = 64 * 1024 * 1024;  // of one file
inline constexpr std::int64_t kMatchesMax = 100'000;
inline constexpr std::int64_t kContextLinesMax = 20;
inline constexpr std::size_t kShownLineBytesMax = 500;
inline constexpr std::size_t kShownBytesMax = 1024 * 1024;  // of all lines together

}  // namespace loop
