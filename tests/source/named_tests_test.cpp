// SPDX-License-Identifier: MIT
// The tests that documents name to show a promise are there.
#include "source/source_tree.hpp"
#include "support/catch.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

using namespace loop::source;

namespace {

namespace fs = std::filesystem;

const fs::path kRoot = LOOP_SOURCE_DIR;

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// The names of all cases; a name may be written as several literals.
std::set<std::string> names_in(const std::string& code) {
  static const RE2 head(R"RE(TEST_CASE\(\s*((?:"(?:[^"\\]|\\.)*"\s*)+))RE");
  static const RE2 literal(R"RE("((?:[^"\\]|\\.)*)"\s*)RE");
  std::set<std::string> names;
  re2::StringPiece rest(code), literals;
  while (RE2::FindAndConsume(&rest, head, &literals)) {
    std::string name, part;
    while (RE2::Consume(&literals, literal, &part)) name += part;
    names.insert(name);
  }
  return names;
}

// `folder: name of a case`, between backticks.
std::vector<std::pair<std::string, std::string>> named_in(const std::string& document) {
  static const RE2 mention(R"(`((?:mcp/http|sim/engine|[a-z]+)): ([^`]+)`)");
  std::vector<std::pair<std::string, std::string>> named;
  re2::StringPiece rest(document);
  std::string folder, name;
  while (RE2::FindAndConsume(&rest, mention, &folder, &name)) {
    // A name may be broken over lines.
    static const RE2 line_break(R"(\s*\n\s*)");
    RE2::GlobalReplace(&name, line_break, " ");
    named.emplace_back(folder, name);
  }
  return named;
}

std::set<std::string> cases_of(const fs::path& folder) {
  std::set<std::string> names;
  if (!fs::exists(folder)) return names;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() == ".cpp") names.merge(names_in(read(entry.path())));
  }
  return names;
}

}  // namespace

TEST_CASE("names of cases are found in code, and mentions of them in documents") {
  CHECK(names_in("TEST_CASE(\"a \"\n  \"b\") {}\nTEST_CASE(\"c\")") ==
        std::set<std::string>{"a b", "c"});
  CHECK(named_in("x `store: a b`, `no mention`, `mcp/http: c\n   d`") ==
        std::vector<std::pair<std::string, std::string>>{{"store", "a b"}, {"mcp/http", "c d"}});
}

TEST_CASE("every test that is named for a promise exists") {
  std::vector<std::string> absent;
  for (const char* document : {"docs/durability.md", "docs/security.md"}) {
    const auto named = named_in(read(kRoot / document));
    CHECK(named.size() > 15);
    for (const auto& [folder, name] : named) {
      if (!cases_of(kRoot / "tests" / folder).contains(name)) {
        absent.push_back(std::string(document) + ": " + folder + ": " + name);
      }
    }
  }
  CHECK(absent == std::vector<std::string>{});
}
