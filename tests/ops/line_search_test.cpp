// SPDX-License-Identifier: MIT
// Patterns and the lines that they find, beside a model that takes each line by itself.
#include "ops/line_search.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <set>

#include "loop/base/text.h"
#include "ops/newline_count.hpp"
#include "ops/operations_fixture.hpp"
#include "sim/sim_random.hpp"

using namespace loop;
using namespace loop::test;
using namespace loop::ops;
using Catch::Contains;

namespace {

using Numbers = std::vector<std::uint64_t>;

FoundLines find(const std::string& pattern, std::string_view text, LineSearchOptions options = {},
                std::uint64_t matches_max = 1'000'000) {
  OperationsFixture fixture;
  const auto search = LineSearch::compile(pattern, options);
  INFO(pattern);
  REQUIRE(search);
  auto found = search->find(fixture.context(), text, matches_max);
  REQUIRE(found);
  return std::move(*found);
}

Numbers line_numbers(const FoundLines& found) {
  Numbers numbers;
  for (const FoundLine& line : found.lines) numbers.push_back(line.number);
  return numbers;
}

std::string refusal(const std::string& pattern, LineSearchOptions options = {}) {
  const auto search = LineSearch::compile(pattern, options);
  INFO(pattern);
  REQUIRE_FALSE(search);
  CHECK(search.error().code() == Errc::invalid_argument);
  return search.error().message();
}

constexpr LineSearchOptions kLiteral{.kind = PatternKind::literal};
constexpr LineSearchOptions kWord{.is_case_sensitive = true, .is_whole_word = true};

}  // namespace

TEST_CASE("lines are numbered and their matches placed") {
  const auto found = find("b+", "abba\n\nxb\nno\nb");

  CHECK(line_numbers(found) == Numbers{1, 3, 5});
  CHECK(found.lines[0].matches == std::vector<std::size_t>{1});
  CHECK(found.lines[1].begin == 6);
  CHECK(found.lines[1].end == 8);
  CHECK(found.lines[1].matches == std::vector<std::size_t>{7});
  CHECK(found.match_count == 3);
  CHECK_FALSE(found.has_more);
  CHECK(find("a", "a-a-a\na").lines[0].matches == std::vector<std::size_t>{0, 2, 4});
}

TEST_CASE("line ends are no part of a line, with or without a carriage return") {
  for (const std::string end : {"\n", "\r\n"}) {
    const std::string text = "foo" + end + "foobar" + end + end + "bar" + end;
    CHECK(line_numbers(find("foo$", text)) == Numbers{1});
    CHECK(line_numbers(find("^bar", text)) == Numbers{4});
    CHECK(line_numbers(find("^$", text)) == Numbers{3});
    CHECK(line_numbers(find("$", text)) == Numbers{1, 2, 3, 4});
  }
}

TEST_CASE("no pattern matches across lines") {
  const std::string text = "a\nb\r\nc";
  for (const char* pattern : {R"(a\s+b)", R"(a[^x]b)", R"(a\Wb)", R"((?s)a.b)", R"([\s\S]{3})",
                              R"(a[\n]b)", R"(b[\r\n]+c)", R"(a[[:space:]]b)", R"(a\x0Ab)"}) {
    INFO(pattern);
    CHECK(find(pattern, text).lines.empty());
  }
}

TEST_CASE("case counts when asked for, and a literal is no pattern") {
  CHECK(line_numbers(find("ABC", "abc\nABC")) == Numbers{1, 2});
  CHECK(line_numbers(find("ABC", "abc\nABC", {.is_case_sensitive = true})) == Numbers{2});
  CHECK(line_numbers(find("\xC3\x84", "\xC3\xA4")) == Numbers{1});
  CHECK(line_numbers(find("a.c(", "abc\na.c(", kLiteral)) == Numbers{2});
  CHECK(line_numbers(find("(?=", "(?=", kLiteral)) == Numbers{1});
  CHECK(line_numbers(find("\\1", "a\\1", kLiteral)) == Numbers{1});
}

TEST_CASE("a whole word has no letter, digit or underscore beside it, in any script") {
  const auto words = [](const std::string& pattern, std::string_view text) {
    const auto found = find(pattern, text, kWord);
    return found.lines.empty() ? std::vector<std::size_t>{} : found.lines[0].matches;
  };
  using At = std::vector<std::size_t>;

  CHECK(words("foo", "foo") == At{0});
  CHECK(words("foo", "foobar foo barfoo foo_ (foo)") == At{7, 24});
  CHECK(words("foo", "foo foo") == At{0, 4});
  CHECK(words("a|ab", "ab") == At{0});
  CHECK(words("gr",
              "gr\xC3\xB6\xC3\x9F"
              "e") == At{});
  CHECK(words("foo",
              "\xC3\xBC"
              "foo") == At{});
  CHECK(words("foo\\(", "foo(x") == At{});
  CHECK(words("foo\\(", "foo( x") == At{0});
  CHECK(line_numbers(find("foo", "x\nfoo\r\nfoo\nfoox", kWord)) == Numbers{2, 3});
}

TEST_CASE("an empty match ends the search of its line") {
  CHECK(find("x*", "abxx").lines[0].matches == std::vector<std::size_t>{0});
  CHECK(find("x*", "xxab").lines[0].matches == std::vector<std::size_t>{0});
  CHECK(line_numbers(find("x*", "a\n\nb\n")) == Numbers{1, 2, 3});
  CHECK(line_numbers(find("x*", "a\r\n\r\nb")) == Numbers{1, 2, 3});
  CHECK(find("x*", "").lines.empty());
}

TEST_CASE("a search ends after its limit of matches, and says whether there is one more") {
  for (const std::uint64_t limit : {3u, 4u, 5u}) {
    const auto found = find("a", "aa\na\na\n", {}, limit);
    CHECK(found.match_count == std::min<std::uint64_t>(limit, 4));
    CHECK(found.has_more == (limit < 4));
  }
  CHECK(find("a", "a", {}, 0).has_more);
  CHECK_FALSE(find("b", "a", {}, 0).has_more);
}

TEST_CASE("of one line at most 100 matches are told") {
  for (const std::size_t count : {99u, 100u, 101u}) {
    const auto found = find("a", std::string(count, 'a') + "\na\n");
    REQUIRE(found.lines.size() == 2);
    CHECK(found.lines[0].matches.size() == std::min<std::size_t>(count, 100));
  }
}

TEST_CASE("a pattern has 1 to 4096 bytes and no line break") {
  for (const std::size_t length : {4095u, 4096u, 4097u}) {
    CHECK(LineSearch::compile(std::string(length, 'a'), {}).has_value() == (length <= 4096));
  }
  CHECK_THAT(refusal(""), Contains("empty"));
  CHECK_THAT(refusal("a\nb"), Contains("within one line"));
  CHECK_THAT(refusal("a\nb", kLiteral), Contains("within one line"));
  CHECK_THAT(refusal(R"(a\nb)"), Contains("within one line"));
  CHECK(line_numbers(find(R"([^\n]b)", "ab")) == Numbers{1});
  CHECK(line_numbers(find(R"(\\n)", "a\\nb")) == Numbers{1});
}

TEST_CASE("look-around, back-references and broken patterns are refused with a reason") {
  for (const char* pattern : {"a(?=b)", "a(?!b)", "(?<=a)b", "(?<!a)b"}) {
    CHECK_THAT(refusal(pattern), Contains("look-around is not supported"));
  }
  for (const char* pattern : {R"((a)\1)", R"((?P<x>a)\k<x>)", R"([]](a)\9)"}) {
    CHECK_THAT(refusal(pattern), Contains("back-references are not supported"));
  }
  CHECK_THAT(refusal("(?<name>a)"), Contains("(?P<name>...)"));
  CHECK_THAT(refusal(R"(\C)"), Contains("not supported"));
  for (const char* pattern : {"(", "a)(b", "[a", "*", "a{1001}", "((a{100}){100}){100}", "(?>a)"}) {
    CHECK_THAT(refusal(pattern), Contains("RE2"));
    CHECK_THAT(refusal(pattern, kWord), Contains("RE2"));
  }
  CHECK(line_numbers(find("[(?=]", "=")) == Numbers{1});
}

TEST_CASE("blocks of a large text are searched as one text") {
  std::string text;
  for (int line = 0; text.size() < 3 * 1024 * 1024; ++line) {
    text += "line " + std::to_string(line) + (line % 1000 == 0 ? " needle" : "") + "\n";
  }
  const auto lines = static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));

  CHECK(find("^", text).lines.size() == lines);
  CHECK(find("$", text).lines.size() == lines);
  const auto needles = find("needle$", text);
  CHECK(needles.lines.size() == (lines + 999) / 1000);
  CHECK(needles.lines.back().number == (lines - 1) / 1000 * 1000 + 1);
  CHECK(find("^line", text + "line").lines.back().number == lines + 1);
}

TEST_CASE("patterns that ruin backtracking engines cost nothing here") {
  const std::string evil(200'000, 'a');
  for (const char* pattern : {"(a+)+$b", "(a|aa)+b", "(.*)*b", "(a?){100}a{100}b", "(x+x+)+y"}) {
    CHECK(find(pattern, evil + "!").lines.empty());
  }
}

TEST_CASE("a search stops when it is cancelled") {
  OperationsFixture fixture;
  fixture.is_cancelled = true;
  const auto search = LineSearch::compile("a", {});
  const auto found = search->find(fixture.context(), "a", 1);
  REQUIRE_FALSE(found);
  CHECK(found.error().code() == Errc::cancelled);
}

TEST_CASE("a NUL among the first 8000 bytes makes a file binary") {
  for (const std::size_t at : {0u, 7999u, 8000u}) {
    std::string text(9000, 'a');
    text[at] = '\0';
    CHECK(is_binary(text) == (at < 8000));
  }
  CHECK_FALSE(is_binary(""));
}

namespace {

// Takes each line by itself. Word boundaries are looked at by hand.
std::set<std::uint64_t> model(const RE2& pattern, std::string_view text, bool is_word) {
  std::set<std::uint64_t> numbers;
  std::uint64_t number = 0;
  for (const auto line : split_lines(text)) {
    ++number;
    const auto is_word_byte = [&](std::size_t at) {
      return at < line.size() && (std::isalnum(static_cast<unsigned char>(line[at])) != 0);
    };
    for (std::size_t begin = 0; begin <= line.size(); ++begin) {
      for (std::size_t end = begin; end <= line.size(); ++end) {
        const bool is_bounded =
            !is_word || ((begin == 0 || !is_word_byte(begin - 1)) && !is_word_byte(end));
        if (is_bounded &&
            pattern.Match({line.data(), line.size()}, begin, end, RE2::ANCHOR_BOTH, nullptr, 0)) {
          numbers.insert(number);
        }
      }
    }
  }
  return numbers;
}

std::string random_lines(sim::SimRandom& random) {
  constexpr std::string_view kParts[] = {"a", "b", "-", " ", "\n", "\r\n", "\n\n"};
  std::string text;
  for (std::uint64_t i = random.below(14); i > 0; --i) text += kParts[random.below(7)];
  return text;
}

}  // namespace

TEST_CASE("random texts have the matching lines that a search line by line finds") {
  OperationsFixture fixture;
  const OperationContext context = fixture.context();
  for (const char* pattern : {"a", "ab", "a*", "a+b", "^a", "b$", "^$", "^b*$", "[^a]", "a|b|-",
                              "(ab)+", "a.b", R"(\s)", R"(\bb)", R"(-\B)", "a{2,3}", "^-|b$"}) {
    const RE2 compiled(pattern);
    for (const bool is_word : {false, true}) {
      const auto search =
          LineSearch::compile(pattern, {.is_case_sensitive = true, .is_whole_word = is_word});
      REQUIRE(search);
      for (std::uint64_t seed = 0; seed < 500; ++seed) {
        sim::SimRandom random(seed);
        const std::string text = random_lines(random);

        const Numbers numbers = line_numbers(*search->find(context, text, 1000));

        const std::set<std::uint64_t> found(numbers.begin(), numbers.end());
        INFO("seed " << seed << ", pattern " << pattern << ", word " << is_word << ", text "
                     << boost::json::serialize(boost::json::value(text)));
        CHECK(found == model(compiled, text, is_word));
        CHECK(found.size() == numbers.size());
      }
    }
  }
}

TEST_CASE("newlines are counted in texts of any length") {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    sim::SimRandom random(seed);
    std::string text(random.below(seed % 10 == 0 ? 20'000 : 100), '\n');
    for (char& c : text) {
      if (random.below(seed % 3 + 1) != 0) c = '\x8A';
    }
    INFO("seed " << seed);
    CHECK(count_newlines(text) == static_cast<std::uint64_t>(std::ranges::count(text, '\n')));
  }
}
