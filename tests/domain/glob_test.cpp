// SPDX-License-Identifier: MIT
// Patterns of file names.
#include "loop/domain/glob.h"

#include "support/catch.hpp"

using namespace loop;
using Catch::Contains;

namespace {

bool matches(std::string_view pattern, std::string_view path) {
  INFO(pattern);
  const auto glob = Glob::parse(pattern);
  REQUIRE(glob);
  return glob->matches(path);
}

bool chooses(std::string_view pattern, std::string_view path) {
  INFO(pattern);
  const auto chosen = FilePattern::parse(pattern);
  REQUIRE(chosen);
  return chosen->matches(path);
}

struct Case {
  const char* pattern;
  const char* path;
  bool matches;
};

// What a simple but slow reading of the rules says, for patterns without sets and escapes.
bool model(std::string_view pattern, std::string_view path, bool begins_component = true) {
  if (pattern.empty()) return path.empty();
  if (pattern.front() == '*') {
    const std::size_t end = std::min(pattern.find_first_not_of('*'), pattern.size());
    const auto rest = pattern.substr(end);
    const bool is_deep = end > 1 && begins_component && (rest.empty() || rest.front() == '/');
    if (is_deep && rest.empty()) return true;
    if (is_deep && model(rest.substr(1), path, true)) return true;
    for (std::size_t i = 0; i <= path.size(); ++i) {
      if (model(rest, path.substr(i), false)) return true;
      if (i < path.size() && path[i] == '/' && !is_deep) return false;
    }
    return false;
  }
  if (path.empty()) return false;
  if (pattern.front() == '?' ? path.front() == '/' : pattern.front() != path.front()) return false;
  return model(pattern.substr(1), path.substr(1), pattern.front() == '/');
}

// All texts of up to `length` bytes of an alphabet.
std::vector<std::string> all_texts(std::string_view alphabet, std::size_t length) {
  std::vector<std::string> texts{""};
  for (std::size_t begin = 0, round = 0; round < length; ++round) {
    const std::size_t end = texts.size();
    for (; begin < end; ++begin) {
      for (const char c : alphabet) texts.push_back(texts[begin] + c);
    }
  }
  return texts;
}

}  // namespace

TEST_CASE("a star and a question mark stop at a slash, two stars do not") {
  const Case cases[]{
      {"a.cpp", "a.cpp", true},
      {"a.cpp", "a.cp", false},
      {"*.cpp", "a.cpp", true},
      {"*.cpp", ".cpp", true},
      {"*.cpp", "d/a.cpp", false},
      {"d/*", "d/a", true},
      {"d/*", "d/e/a", false},
      {"a*b*c", "a-b-b-c", true},
      {"a*b*c", "a-b-/-c", false},
      {"a?c", "abc", true},
      {"a?c", "a/c", false},
      {"a?c", "ac", false},
      {"**/a", "a", true},
      {"**/a", "d/e/a", true},
      {"**/a", "ba", false},
      {"d/**", "d/e/a", true},
      {"d/**", "d", false},
      {"d/**/a", "d/a", true},
      {"d/**/a", "d/e/f/a", true},
      {"d/**/a", "da", false},
      {"**", "d/e", true},
      {"a**b", "a/b", false},
      {"a**b", "axyb", true},
      {"**a", "d/a", false},
      {"**/*.h", "include/loop/x.h", true},
      {"a/**/b/**/c", "a/b/x/b/c", true},
      {"a/**/b/**/c", "a/x/c", false},
      {"***/a", "d/a", true},
      {"", "", true},
      {"", "a", false},
  };
  for (const Case& one : cases) {
    INFO(one.path);
    CHECK(matches(one.pattern, one.path) == one.matches);
  }
}

TEST_CASE("a set has bytes, ranges, classes and escapes, and never the slash") {
  const Case cases[]{
      {"[abc]", "b", true},        {"[abc]", "d", false},
      {"[a-c]x", "bx", true},      {"[!a-c]", "d", true},
      {"[^a-c]", "a", false},      {"[]]", "]", true},
      {"[]-a]", "^", true},        {"[!]a]", "b", true},
      {"[a-]", "-", true},         {"[-a]", "-", true},
      {"[\\]]", "]", true},        {"[a\\-c]", "b", false},
      {"[[:digit:]]", "7", true},  {"[[:digit:][:upper:]]", "Q", true},
      {"[![:space:]]", "a", true}, {"[[:alpha:]-z]", "-", true},
      {"[[:x]", ":", true},        {"[!a]", "/", false},
      {"[.-0]", "/", false},       {"[z-a]", "z", true},
      {"\\*", "*", true},          {"\\*", "a", false},
      {"\\[a]", "[a]", true},      {"[\xC3][\xA4]", "\xC3\xA4", true},
  };
  for (const Case& one : cases) {
    INFO(one.path);
    CHECK(matches(one.pattern, one.path) == one.matches);
  }
}

TEST_CASE("a pattern that can match nothing is refused") {
  for (const char* pattern : {"[", "[a", "[!", "a[]", "[[:digits:]]", "a\\", "[a-", "[[:digit:]"}) {
    INFO(pattern);
    const auto glob = Glob::parse(pattern);
    REQUIRE_FALSE(glob);
    CHECK(glob.error().code() == Errc::invalid_argument);
    CHECK_THAT(glob.error().message(), Contains("can match nothing"));
  }
}

TEST_CASE("a pattern has at most 1024 bytes") {
  for (const std::size_t length : {1023u, 1024u, 1025u}) {
    CHECK(Glob::parse(std::string(length, 'a')).has_value() == (length <= 1024));
    CHECK(FilePattern::parse(std::string(length, 'a')).has_value() == (length <= 1024));
  }
}

TEST_CASE("every short pattern agrees with a slow reading of the rules on every short path") {
  const auto paths = all_texts("ab/", 5);
  std::size_t disagreements = 0;
  for (const std::string& pattern : all_texts("a/*?", 5)) {
    const auto glob = Glob::parse(pattern);
    REQUIRE(glob);
    for (const std::string& path : paths) {
      // No path has two slashes in a row or one at an end.
      if (path.find("//") != std::string::npos || path.starts_with('/') || path.ends_with('/'))
        continue;
      if (glob->matches(path) == model(pattern, path)) continue;
      UNSCOPED_INFO(pattern << " " << path);
      ++disagreements;
    }
  }
  CHECK(disagreements == 0);
}

TEST_CASE("a hostile pattern takes no longer than its length times that of the path") {
  std::string pattern;
  while (pattern.size() < 1000) pattern += "**/a*a*";
  std::string path;
  while (path.size() < 4000) path += "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/";

  CHECK_FALSE(matches(pattern + "b", path + "a"));
  CHECK_FALSE(matches(pattern + "?b?", path + "aaa"));
}

TEST_CASE("braces stand for alternatives") {
  const auto expand = [](std::string_view pattern) { return *expand_braces(pattern, 256); };
  using Texts = std::vector<std::string>;

  CHECK(expand("a") == Texts{"a"});
  CHECK(expand("*.{cpp,h}") == Texts{"*.cpp", "*.h"});
  CHECK(expand("{a,b}{c,d}") == Texts{"ac", "ad", "bc", "bd"});
  CHECK(expand("a{b,c{d,e}}") == Texts{"ab", "acd", "ace"});
  CHECK(expand("a{,b}") == Texts{"a", "ab"});
  CHECK(expand("{a}") == Texts{"{a}"});
  CHECK(expand("{a,b") == Texts{"{a,b"});
  CHECK(expand("{{a,b}") == Texts{"{a", "{b"});
  CHECK(expand("\\{a,b}") == Texts{"\\{a,b}"});
  CHECK(expand("}{") == Texts{"}{"});
}

TEST_CASE("a pattern has at most 256 alternatives, however deep") {
  const std::string two = "{a,b}";
  std::string pattern;
  for (int power = 1; power <= 8; ++power) pattern += two;
  CHECK(expand_braces(pattern, 256)->size() == 256);
  CHECK_FALSE(expand_braces(pattern, 255));
  CHECK(expand_braces(pattern, 257));
  CHECK_FALSE(expand_braces(pattern + two, 256));

  std::string hostile;
  for (int i = 0; i < 200; ++i) hostile += "{a,b}";
  const auto refused = FilePattern::parse(hostile);
  REQUIRE_FALSE(refused);
  CHECK_THAT(refused.error().message(), Contains("more than 256 alternatives"));
}

TEST_CASE("a file is chosen by its name, or by its path when the pattern has a slash") {
  CHECK(chooses("*.cpp", "src/a.cpp"));
  CHECK(chooses("*.{cpp,h}", "src/a.h"));
  CHECK_FALSE(chooses("*.cpp", "src/a.h"));
  CHECK(chooses("src/*.cpp", "src/a.cpp"));
  CHECK_FALSE(chooses("src/*.cpp", "x/src/a.cpp"));
  CHECK(chooses("**/src/*.cpp", "x/src/a.cpp"));
  CHECK(chooses("/a.cpp", "a.cpp"));
  CHECK_FALSE(chooses("/a.cpp", "src/a.cpp"));
  CHECK(chooses("./a.cpp", "a.cpp"));
  CHECK(chooses("{src/**,*.md}", "docs/x.md"));
  CHECK_FALSE(FilePattern::parse("*.{cpp,[}"));
}
