// SPDX-License-Identifier: MIT
// A pattern that lines and entries are searched for: RE2 syntax, linear time.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "loop/base/result.h"

namespace re2 {
class RE2;
}

namespace loop {

struct SearchOptions {
  bool is_case_sensitive = false;
  bool is_literal = false;  // the pattern is plain text
};

// Cheap to copy; thread-safe.
class SearchPattern {
 public:
  // invalid_argument with the place of the fault, for a pattern that RE2 refuses (look-around and
  // back-references are), or that is empty or longer than kSearchPatternBytesMax.
  static Result<SearchPattern> compile(std::string_view pattern, SearchOptions options = {});

  // Anywhere in the text.
  bool is_in(std::string_view text) const;

 private:
  explicit SearchPattern(std::shared_ptr<const re2::RE2> pattern) : pattern_(std::move(pattern)) {}
  std::shared_ptr<const re2::RE2> pattern_;
};

inline constexpr std::size_t kSearchPatternBytesMax = 1000;

}  // namespace loop
