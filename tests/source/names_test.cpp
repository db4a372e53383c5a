// SPDX-License-Identifier: MIT
// Words that say nothing are no names: of files, folders, types or namespaces.
#include "source/source_tree.hpp"
#include "support/catch.hpp"

#include <algorithm>
#include <cctype>

using namespace loop::source;

namespace {

const std::vector<std::string> kRefusedWords{"manager", "helper", "helpers", "util",
                                             "utils",   "common", "misc",    "impl"};

// "ScheduleManager", "schedule_manager" and "schedule-manager" have the same two words.
std::vector<std::string> words_of(std::string_view name) {
  std::vector<std::string> words(1);
  for (const char byte : name) {
    const auto letter = static_cast<unsigned char>(byte);
    if (!std::isalnum(letter)) {
      words.emplace_back();
      continue;
    }
    const bool begins_word = std::isupper(letter) && !words.back().empty();
    if (begins_word) words.emplace_back();
    words.back() += static_cast<char>(std::tolower(letter));
  }
  return words;
}

std::string refused_word_in(std::string_view name) {
  const auto words = words_of(name);
  const auto found = std::ranges::find_first_of(words, kRefusedWords);
  return found == words.end() ? "" : *found;
}

std::vector<std::string> check_names(const SourceFile& file) {
  static const RE2 declared(
      R"(\b(?:class|struct|union|enum(?: class)?|using|namespace|concept)\s+(?:\[\[\w+\]\]\s*)?([A-Za-z_]\w*))");
  std::vector<std::string> findings;
  if (const auto word = refused_word_in(file.path); !word.empty()) {
    findings.push_back(finding(file, 0, "\"" + word + "\" is no name for a file"));
  }
  for (const auto offset : find_all(file.code, declared)) {
    const auto end = file.code.find_first_not_of(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_", offset);
    const auto name = file.code.substr(offset, end - offset);
    const auto word = refused_word_in(name);
    if (!word.empty()) findings.push_back(finding(file, offset, "\"" + word + "\" in " + name));
  }
  return findings;
}

std::size_t count_in(const std::string& path, const std::string& text) {
  return check_names(make_source(path, text)).size();
}

}  // namespace

TEST_CASE("a name with a refused word is found in files, folders, types and namespaces") {
  CHECK(count_in("libloop/src/base/text_util.cpp", "") == 1);
  CHECK(count_in("libloop/src/common/text.cpp", "") == 1);
  CHECK(count_in("x.cpp", "class RunManager {};") == 1);
  CHECK(count_in("x.cpp", "struct [[nodiscard]] Impl;") == 1);
  CHECK(count_in("x.cpp", "enum class HelperKind { a };") == 1);
  CHECK(count_in("x.cpp", "using PathUtils = int;") == 1);
  CHECK(count_in("x.cpp", "namespace misc {}") == 1);
}

TEST_CASE("a name that only contains the letters of a refused word is allowed") {
  CHECK(count_in("libloop/src/base/utility.cpp", "struct Implied {}; class Uncommon;") == 0);
  CHECK(count_in("x.cpp", "// class RunManager\n") == 0);
}

TEST_CASE("no file or type of the project has a name that says nothing") {
  std::vector<std::string> findings;
  for (const auto& file : load_sources({"libloop", "apps", "tests", "bench"})) {
    std::ranges::copy(check_names(file), std::back_inserter(findings));
  }

  CHECK(findings == std::vector<std::string>{});
}
