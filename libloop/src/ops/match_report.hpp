// SPDX-License-Identifier: MIT
// Turns the lines found in files into an answer: columns, contexts without repetition, limits.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "loop/ops/search_in_files.h"
#include "ops/line_search.hpp"

namespace loop::ops {

class MatchReport {
 public:
  explicit MatchReport(const SearchInFilesRequest& request) : request_(request) {}

  // Of the next file in order.
  void add(const std::string& path, std::string_view text, const FoundLines& found);

  std::uint64_t matches_left() const;
  // No more files are needed.
  bool is_full() const { return answer_.is_truncated; }

  SearchInFilesAnswer& answer() { return answer_; }

 private:
  MatchedLine describe_match(std::string_view text, const FoundLine& line);
  void add_context_before(std::string_view text, const FoundLine& line, MatchedLine& match) const;
  // `limit`: where the next matched line begins.
  std::size_t add_context_after(std::string_view text, const FoundLine& line, std::size_t limit,
                                MatchedLine& match) const;

  const SearchInFilesRequest& request_;
  SearchInFilesAnswer answer_;
  std::size_t shown_bytes_ = 0;
  std::size_t shown_to_ = 0;  // in the present file: where the lines begin that were not shown
};

}  // namespace loop::ops
