// SPDX-License-Identifier: MIT
// What holds lines back before the engine, beside the engine alone.
#include "ops/literal_filter.hpp"

#include <re2/re2.h>

#include <algorithm>

#include "loop/base/text.h"
#include "ops/line_search.hpp"
#include "ops/operations_fixture.hpp"
#include "ops/pattern_windows.hpp"
#include "sim/sim_random.hpp"

using namespace loop;
using namespace loop::test;
using namespace loop::ops;

namespace {

std::string random_text(sim::SimRandom& random, std::span<const std::string_view> parts,
                        std::uint64_t most) {
  std::string text;
  for (std::uint64_t i = random.below(most); i > 0; --i) text += parts[random.below(parts.size())];
  return text;
}

LiteralFilter filter_of(const std::string& pattern, bool is_case_sensitive = true) {
  RE2::Options options;
  options.set_case_sensitive(is_case_sensitive);
  options.set_log_errors(false);
  const RE2 compiled(pattern, options);
  REQUIRE(compiled.ok());
  return LiteralFilter::of_pattern(compiled);
}

std::size_t first_place(const LiteralFilter& filter, std::string_view text) {
  REQUIRE_FALSE(filter.passes_all());
  return LiteralFilter::Places(filter, text).next(0);
}

}  // namespace

TEST_CASE("a literal is found at each place of a text, whatever surrounds it") {
  for (const std::string word : {"a", "xy", "needle", "a longer text, with 0x in it"}) {
    const ByteWindow literal = ByteWindow::of_text(word, LetterCase::counts);
    for (std::size_t before = 0; before < 150; ++before) {
      for (const std::size_t after : {0u, 1u, 15u, 16u, 63u, 64u, 65u}) {
        const std::string text = std::string(before, '.') + word + std::string(after, '.');
        CHECK(literal.find(text, 0) == before);
        CHECK(literal.find(text, before) == before);
        CHECK(literal.find(text, before + 1) == text.size());
      }
    }
    CHECK(literal.find("", 0) == 0);
    CHECK(literal.find(word.substr(1), 0) == word.size() - 1);
  }
}

TEST_CASE("random literals are found where the standard library finds them") {
  constexpr std::string_view kParts[] = {"a", "b", "A", "B", "-", "ab", "bA"};
  for (std::uint64_t seed = 0; seed < 3000; ++seed) {
    sim::SimRandom random(seed);
    const std::string word = "b" + random_text(random, kParts, 4);
    const std::string text = random_text(random, kParts, 200);
    INFO("seed " << seed);
    const ByteWindow exact = ByteWindow::of_text(word, LetterCase::counts);
    const ByteWindow folded = ByteWindow::of_text(word, LetterCase::ignored);
    const std::string low_word = to_lower(word);
    const std::string low_text = to_lower(text);

    for (std::size_t from = 0; from <= text.size(); from += 7) {
      CHECK(exact.find(text, from) == std::min(text.find(word, from), text.size()));
      CHECK(folded.find(text, from) == std::min(low_text.find(low_word, from), text.size()));
    }
  }
}

TEST_CASE("a filter knows what every match needs, and passes everything where it knows nothing") {
  CHECK(first_place(filter_of("EXPORT_[A-Z]+"), "x EXPORT_ EXPORT_Y") == 10);
  CHECK(first_place(filter_of("(alpha|beta)_[a-z]+->"), "alp beta_x") == 4);
  CHECK(first_place(filter_of("[A-Z]{3}_\\w+ = 0x[0-9]"), "0x ABC_ = 0x20") == 6);
  for (const char* pattern : {"a*", "[a-z]+", "\\w+\\s", "^$", "x", "(abc)?", "abc|\\d+", "."}) {
    INFO(pattern);
    CHECK(filter_of(pattern).passes_all());
  }
}

TEST_CASE("letters that other scripts' letters become in lower case are not waited for") {
  constexpr std::string_view kKelvin = "\xE2\x84\xAA";
  constexpr std::string_view kLongS = "\xC5\xBF";
  OperationsFixture fixture;
  const auto is_found = [&](const std::string& pattern, const std::string& text,
                            LineSearchOptions options) {
    const auto search = LineSearch::compile(pattern, options);
    REQUIRE(search);
    return !search->find(fixture.context(), text, 10)->lines.empty();
  };
  for (const PatternKind kind : {PatternKind::literal, PatternKind::regular_expression}) {
    CHECK(is_found("deadlock", "deadloc" + std::string(kKelvin), {.kind = kind}));
    CHECK(is_found("sister", std::string(kLongS) + "i" + std::string(kLongS) + "ter",
                   {.kind = kind}));
    CHECK(is_found("kss", std::string(kKelvin) + std::string(kLongS) + "S", {.kind = kind}));
    CHECK_FALSE(is_found("deadlock", "deadloc" + std::string(kKelvin),
                         {.kind = kind, .is_case_sensitive = true}));
  }
  constexpr LineSearchOptions kCase{.is_case_sensitive = true};
  CHECK(is_found("(?i)lock", "LOC" + std::string(kKelvin), kCase));
  CHECK(is_found("loc[k\\x{212A}]", "loc" + std::string(kKelvin), kCase));
  CHECK(is_found("loc[kx" + std::string(kKelvin) + "]", "loc" + std::string(kKelvin), kCase));
  CHECK(is_found("\xC4\xB0nn", "\xC4\xB0nn", kCase));
}

namespace {

// Lines in which RE2 alone finds something.
std::vector<std::uint64_t> lines_of_engine(const RE2& pattern, std::string_view text) {
  std::vector<std::uint64_t> numbers;
  std::uint64_t number = 0;
  for (const auto line : split_lines(text)) {
    ++number;
    if (RE2::PartialMatch({line.data(), line.size()}, pattern)) numbers.push_back(number);
  }
  return numbers;
}

}  // namespace

TEST_CASE("random patterns find in random texts what the engine alone finds") {
  constexpr std::string_view kPatternParts[] = {
      "ab",      "sk",       "K",        "a",   "b",      "[ab]",     "[^a]",    "a*",
      "(ab|ba)", "(k|s|ab)", "\\w",      ".",   "a+",     "b?",       "(?:ba)+", "(?i)bk",
      "\\bab",   "|",        "[a-b]{2}", "\\s", "A[b-]+", "\\w{1,2}", "\\d?"};
  constexpr std::string_view kTextParts[] = {"ab",
                                             "ba",
                                             "b",
                                             "a",
                                             "k",
                                             "S",
                                             "K",
                                             "AB",
                                             "\n",
                                             "\n",
                                             "\r\n",
                                             "\r\r\n",
                                             "\xE2\x84\xAA",
                                             "\xC5\xBF",
                                             "\xFF",
                                             "\xEF\xBB\xBF",
                                             " ",
                                             "-",
                                             std::string_view("\0", 1),
                                             "\xC3\xA4"};
  OperationsFixture fixture;
  const OperationContext context = fixture.context();
  std::size_t filtered = 0;
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    sim::SimRandom random(seed);
    const std::string pattern = "a" + random_text(random, kPatternParts, 6);
    const bool is_case_sensitive = random.below(2) == 0;
    RE2::Options options;
    options.set_case_sensitive(is_case_sensitive);
    const RE2 alone(pattern, options);
    const auto search = LineSearch::compile(pattern, {.is_case_sensitive = is_case_sensitive});
    REQUIRE(search);
    filtered += LiteralFilter::of_pattern(alone).passes_all() ? 0 : 1;
    for (int i = 0; i < 5; ++i) {
      const std::string text = random_text(random, kTextParts, 60);
      INFO("seed " << seed << ", pattern " << pattern);
      const auto found = search->find(context, text, 100'000);
      REQUIRE(found);
      std::vector<std::uint64_t> numbers;
      for (const FoundLine& line : found->lines) numbers.push_back(line.number);
      CHECK(numbers == lines_of_engine(alone, text));
    }
  }
  CHECK(filtered > 400);
}

namespace {

// One character of a pattern and a text that it matches.
struct Part {
  std::string_view pattern;
  std::string_view matching;
};

constexpr Part kParts[] = {{"a", "a"},        {"k", "K"},         {"X", "X"},    {"\\d", "7"},
                           {"\\w", "_"},      {"\\s", "\t"},      {"\\.", "."},  {"[a-c]", "b"},
                           {"[]x]", "]"},     {"[^]x]", "y"},     {"[x-]", "-"}, {"[\\d_]", "3"},
                           {".", "\xC3\xA4"}, {"(a|b[)]?)", "a"}, {"{", "{"},    {"\\b", ""},
                           {"^", ""},         {"_{02}", "_{02}"}};
constexpr std::string_view kRepetitions[] = {"",      "",     "",  "",   "{1}",
                                             "{1,3}", "{0,}", "+", "*?", "{1,}?"};

}  // namespace

TEST_CASE("each window read from a random pattern is in every text that it matches") {
  const std::string behind(100, '~');
  std::size_t read = 0, matched = 0;
  for (std::uint64_t seed = 0; seed < 20'000; ++seed) {
    sim::SimRandom random(seed);
    std::string pattern, text;
    for (std::uint64_t i = 1 + random.below(6); i > 0; --i) {
      const Part& part = kParts[random.below(std::size(kParts))];
      pattern += part.pattern;
      pattern += kRepetitions[random.below(std::size(kRepetitions))];
      text += part.matching;
    }
    const bool is_case_sensitive = random.below(2) == 0;
    RE2::Options options;
    options.set_case_sensitive(is_case_sensitive);
    options.set_log_errors(false);
    const RE2 compiled(pattern, options);
    if (!compiled.ok()) continue;
    const auto windows =
        windows_of(pattern, is_case_sensitive ? LetterCase::counts : LetterCase::ignored);
    read += windows.empty() ? 0 : 1;
    re2::StringPiece match;
    if (!compiled.Match(text, 0, text.size(), RE2::UNANCHORED, &match, 1)) continue;
    ++matched;
    const std::string found(match.data(), match.size());
    INFO("seed " << seed << ", pattern " << pattern << ", match " << found);
    for (const ByteWindow& window : windows) {
      CHECK(window.find(found + behind, 0) < found.size());
    }
  }
  CHECK(read > 3000);
  CHECK(matched > 3000);
}

TEST_CASE("of classes, repetitions and escapes the bytes in a row are known") {
  const auto sizes = [](std::string_view pattern) {
    std::vector<std::size_t> found;
    for (const ByteWindow& window : windows_of(pattern, LetterCase::counts)) {
      found.push_back(window.sets().size());
    }
    return found;
  };
  using Sizes = std::vector<std::size_t>;
  CHECK(sizes("[A-Z]{3}_\\w+\\s*=") == Sizes{5, 1, 1});
  CHECK(sizes("ab(c|d)ef") == Sizes{2, 2});
  CHECK(sizes("x{40}") == Sizes{32, 32});
  CHECK(sizes("a?b") == Sizes{1});
  for (const char* unknown : {"a|b", "(?i)ab", "ab\\pN", "ab\\x41", "a[[:alpha:]]b", "a\\Qb"}) {
    INFO(unknown);
    CHECK(sizes(unknown).empty());
  }
}
