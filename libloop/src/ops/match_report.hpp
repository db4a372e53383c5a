// SPDX-License-Identifier: MIT
// Turns the lines found in files into an answer: columns, contexts without repetition, limits.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "loop/ops/search_in_files.h"
#include "ops/line_search.hpp"

namespace loop::ops {

// What is told of one file.
struct FileMatches {
  std::vector<MatchedLine> lines;  // no more than an answer may show
  std::size_t more_bytes = 0;      // about what the lines but the first take in an answer
  std::uint64_t match_count = 0;   // of all lines that were found
  bool has_more = false;           // there is at least one match more than was allowed
};

FileMatches describe_matches(const SearchInFilesRequest& request, const std::string& path,
                             std::string_view text, const FoundLines& found);

// Files one after the other, up to the limits of an answer.
class MatchReport {
 public:
  explicit MatchReport(const SearchInFilesRequest& request) : request_(request) {}

  // Of the next file in order. Its match_count is at most matches_left().
  void add(FileMatches matches);

  std::uint64_t matches_left() const;
  // No more files are needed.
  bool is_full() const { return answer_.is_truncated; }

  SearchInFilesAnswer& answer() { return answer_; }

 private:
  const SearchInFilesRequest& request_;
  SearchInFilesAnswer answer_;
  std::size_t shown_bytes_ = 0;
};

}  // namespace loop::ops
