// SPDX-License-Identifier: MIT
// docs/checks.md names every rule that the checks use, and no other.
#include "source/source_tree.hpp"
#include "support/catch.hpp"

#include <fstream>
#include <iterator>
#include <set>

using namespace loop::source;

namespace {

std::set<std::string> words_of(std::string_view text, const RE2& pattern) {
  std::set<std::string> words;
  re2::StringPiece rest(text.data(), text.size());
  std::string word;
  while (RE2::FindAndConsume(&rest, pattern, &word)) words.insert(word);
  return words;
}

}  // namespace

TEST_CASE("the page of the checks has each rule") {
  std::ifstream in(LOOP_SOURCE_DIR "/docs/checks.md", std::ios::binary);
  const std::string page{std::istreambuf_iterator<char>(in), {}};
  const auto documented = words_of(page, RE2("`([a-z]+\\.[a-z_0-9]+)`"));

  std::set<std::string> used;
  static const RE2 rule(
      "\"((?:configuration|schedules|modes|timing|memory|todo|disk|engine|leftovers|integrity|"
      "command)"
      "\\.[a-z_0-9]+)\"");
  for (const SourceFile& file : production_sources()) {
    const bool has_rules = file.path.find("_checks.cpp") != std::string::npos ||
                           file.path.find("run_validation.cpp") != std::string::npos;
    if (!has_rules) continue;
    used.merge(words_of(file.text, rule));
  }
  // The memory's own rules come with its findings.
  for (const char* word : {"section_missing", "section_duplicate", "section_order",
                           "section_unknown", "line_limit", "invalid_utf8", "unclosed_fence"}) {
    used.insert(std::string("memory.") + word);
  }

  std::set<std::string> expected = documented;
  std::erase_if(expected, [](const std::string& word) { return word == "loop.after"; });
  CHECK(used == expected);
  CHECK(used.size() > 30);
}
