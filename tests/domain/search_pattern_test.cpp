// SPDX-License-Identifier: MIT
// Patterns of searches.
#include "loop/domain/search_pattern.h"

#include "support/catch.hpp"

using namespace loop;
using Catch::Contains;

namespace {

bool finds(std::string_view pattern, std::string_view text, SearchOptions options = {}) {
  const auto compiled = SearchPattern::compile(pattern, options);
  if (!compiled) FAIL(compiled.error().message());
  return compiled->is_in(text);
}

std::string refusal(std::string_view pattern) {
  const auto compiled = SearchPattern::compile(pattern);
  REQUIRE_FALSE(compiled);
  CHECK(compiled.error().code() == Errc::invalid_argument);
  return compiled.error().message();
}

}  // namespace

TEST_CASE("a pattern is found anywhere, whatever its case, unless case matters") {
  CHECK(finds("time-?out", "a TIMEOUT here"));
  CHECK_FALSE(finds("time-?out", "a time out"));
  CHECK_FALSE(finds("timeout", "TIMEOUT", {.is_case_sensitive = true}));
  CHECK(finds("a.b(", "x a.b( y", {.is_literal = true}));
  CHECK_FALSE(finds("a.b", "axb", {.is_literal = true}));
  CHECK(finds("^b", "a\nb") == false);
  CHECK(finds("(?m)^b", "a\nb"));
  CHECK_FALSE(finds("b", "\xff\xfe"));
}

TEST_CASE("what is no pattern is refused with the reason") {
  CHECK_THAT(refusal("(a"), Contains("missing )") && Contains("RE2"));
  CHECK_THAT(refusal("(?=a)"), Contains("look-around"));
  CHECK_THAT(refusal("(a)\\1"), Contains("back-references"));
  CHECK_THAT(refusal("a\xff"), Contains("RE2"));
  CHECK_THAT(refusal("(a{1000}){1000}"), Contains("RE2"));
}

TEST_CASE("a pattern has 1 to 1000 bytes") {
  CHECK_THAT(refusal(""), Contains("0 bytes"));
  CHECK(SearchPattern::compile("a"));
  CHECK(SearchPattern::compile(std::string(kSearchPatternBytesMax, 'a')));
  CHECK_THAT(refusal(std::string(kSearchPatternBytesMax + 1, 'a')), Contains("1 to 1000"));
}
