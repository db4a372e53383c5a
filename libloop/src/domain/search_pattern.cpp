// SPDX-License-Identifier: MIT
// Compiling and matching with RE2.
#include "loop/domain/search_pattern.h"

#include "loop/base/text.h"

#include <fmt/format.h>
#include <re2/re2.h>

namespace loop {

namespace {

constexpr std::size_t kShownBytesMax = 80;

}  // namespace

Result<SearchPattern> SearchPattern::compile(std::string_view pattern, SearchOptions options) {
  if (pattern.empty() || pattern.size() > kSearchPatternBytesMax) {
    return Error(Errc::invalid_argument, fmt::format("a pattern of {} bytes; allowed: 1 to {}",
                                                     pattern.size(), kSearchPatternBytesMax));
  }
  RE2::Options rules;
  rules.set_log_errors(false);
  rules.set_case_sensitive(options.is_case_sensitive);
  rules.set_literal(options.is_literal);
  auto compiled = std::make_shared<const RE2>(pattern, rules);
  if (compiled->ok()) return SearchPattern(std::move(compiled));
  return Error(Errc::invalid_argument,
               fmt::format("\"{}\" is no pattern: {}; allowed: RE2 syntax, without look-around and "
                           "back-references",
                           ellipsize(to_single_line(to_valid_utf8(pattern)), kShownBytesMax),
                           to_valid_utf8(compiled->error())));
}

bool SearchPattern::is_in(std::string_view text) const {
  return RE2::PartialMatch(text, *pattern_);
}

}  // namespace loop
