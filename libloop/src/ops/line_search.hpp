// SPDX-License-Identifier: MIT
// A compiled pattern and the lines of a text in which it matches.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "loop/ops/operation.h"
#include "ops/literal_filter.hpp"

namespace re2 {
class RE2;
}

namespace loop::ops {

enum class PatternKind { regular_expression, literal };

struct LineSearchOptions {
  PatternKind kind = PatternKind::regular_expression;
  bool is_case_sensitive = false;
  bool is_whole_word = false;
};

struct FoundLine {
  std::uint64_t number = 0;  // from 1
  std::size_t begin = 0;     // bytes of the text, without the line's end
  std::size_t end = 0;
  std::vector<std::size_t> matches;  // where each begins, ascending, at most kMatchesOfLineMax
};

struct FoundLines {
  std::vector<FoundLine> lines;
  std::uint64_t match_count = 0;
  bool has_more = false;  // there is at least one match more than was allowed
};

// Takes time in proportion to the text, whatever the pattern (RE2). Never matches across lines;
// "^" and "$" are those of lines, which end with "\n" or "\r\n". Thread-safe.
class LineSearch {
 public:
  // invalid_argument for what is no RE2 pattern, with a reason for look-around, back-references and
  // line breaks; too large ones, too.
  static Result<LineSearch> compile(const std::string& pattern, const LineSearchOptions& options);
  ~LineSearch();
  LineSearch(LineSearch&&) noexcept;

  // Ends after `matches_max`. `cancelled` when the caller gave up; asked for at least every few
  // megabytes.
  Result<FoundLines> find(const OperationContext& context, std::string_view text,
                          std::uint64_t matches_max) const;

 private:
  LineSearch(std::unique_ptr<re2::RE2> pattern, LiteralFilter filter, bool is_whole_word);
  class Scan;

  std::unique_ptr<re2::RE2> pattern_;
  LiteralFilter filter_;  // lines that it holds back cannot match
  bool is_whole_word_;
};

inline constexpr std::size_t kSearchPatternBytesMax = 4096;
inline constexpr std::size_t kMatchesOfLineMax = 100;

// A text with a NUL among its first bytes, as git decides it.
bool is_binary(std::string_view text);

}  // namespace loop::ops
