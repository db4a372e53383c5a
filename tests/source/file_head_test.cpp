// SPDX-License-Identifier: MIT
// How each file begins: licence, a sentence on what it is for, one guard, its own header first.
#include "source/source_tree.hpp"
#include "support/catch.hpp"

#include <algorithm>

using namespace loop::source;

namespace {

// The sentence may go on over further comment lines, and ends with a full stop on one of them.
std::vector<std::string> check_head(const SourceFile& file) {
  static const RE2 head("// SPDX-License-Identifier: MIT\n// [^ \n][^\n]*\n(?s:.*)");
  static const RE2 sentence("// SPDX[^\n]*\n(?:// [^\n]*\n)*// [^\n]*\\.\n(?s:.*)");
  if (!RE2::FullMatch(file.text, head)) {
    return {finding(file, 0, "does not begin with the licence line and a sentence")};
  }
  if (!RE2::FullMatch(file.text, sentence)) {
    return {finding(file, file.text.find('\n') + 1, "the sentence has no full stop")};
  }
  return {};
}

bool is_header(const SourceFile& file) { return !file.path.ends_with(".cpp"); }

std::vector<std::string> check_guard(const SourceFile& file) {
  const auto guards = find_all(file.text, RE2("(?m)^#pragma once$"));
  const std::size_t wanted = is_header(file) ? 1 : 0;
  if (guards.size() == wanted) return {};
  return {finding(file, 0, is_header(file) ? "has to say #pragma once, once" : "is no header")};
}

struct Place {
  std::string folder;  // the last one
  std::string stem;
};

Place place_of(const std::string& path) {
  static const RE2 pattern("(?:.*/)?([^/]+)/([^/]+)\\.[a-z]+");
  Place place;
  RE2::FullMatch(path, pattern, &place.folder, &place.stem);
  return place;
}

// "x.hpp", "<folder>/x.hpp", "loop/<folder>/x.h" and "mcp/<folder>/x.hpp" are the header of
// <folder>/x.cpp.
bool names_header_of(const std::string& target, const Place& place) {
  static const RE2 pattern("\"(?:loop/|mcp/)?(?:([a-z_]+)/)?([a-z0-9_]+)\\.(?:h|hpp)\"");
  std::string folder;
  std::string stem;
  return RE2::FullMatch(target, pattern, &folder, &stem) && stem == place.stem &&
         (folder.empty() || folder == place.folder);
}

// A .cpp includes its header, where there is one, before anything else.
std::vector<std::string> check_own_header(const SourceFile& file,
                                          const std::vector<SourceFile>& files) {
  if (is_header(file)) return {};

  const auto place = place_of(file.path);
  const auto includes = includes_of(file);
  const auto own = std::ranges::find_if(
      includes, [&](const Include& include) { return names_header_of(include.target, place); });
  if (own != includes.end()) {
    if (own == includes.begin()) return {};
    return {finding(file, own->offset, "its own header comes first")};
  }
  const auto is_own = [&](const SourceFile& other) {
    const auto at = place_of(other.path);
    return is_header(other) && at.folder == place.folder && at.stem == place.stem;
  };
  if (std::ranges::none_of(files, is_own)) return {};
  return {finding(file, 0, "does not include its own header")};
}

SourceFile sample(const std::string& text, const std::string& path = "libloop/src/base/x.cpp") {
  return make_source(path, text);
}

}  // namespace

TEST_CASE("a file without licence, without a sentence or with half of one is refused") {
  const std::string licence = "// SPDX-License-Identifier: MIT\n";
  CHECK(check_head(sample(licence + "// What it is for.\nint x;\n")).empty());
  CHECK(check_head(sample(licence + "// What it\n// is for.\nint x;\n")).empty());
  CHECK(check_head(sample("// What it is for.\nint x;\n")).size() == 1);
  CHECK(check_head(sample(licence + "int x;\n")).size() == 1);
  CHECK(check_head(sample(licence + "// What it is for\nint x;\n")).size() == 1);
  CHECK(check_head(sample("")).size() == 1);
}

TEST_CASE("a header without its guard is refused") {
  CHECK(check_guard(sample("#pragma once\n", "x.h")).empty());
  CHECK(check_guard(sample("int x;\n", "x.h")).size() == 1);
  CHECK(check_guard(sample("#pragma once\n#pragma once\n", "x.hpp")).size() == 1);
  CHECK(check_guard(sample("#pragma once\n", "x.cpp")).size() == 1);
}

TEST_CASE("a file that includes its own header late or never is refused") {
  const std::vector<SourceFile> with_header{sample("", "libloop/include/loop/base/x.h")};
  const auto count = [&](const std::string& includes) {
    return check_own_header(sample(includes), with_header).size();
  };
  CHECK(count("#include \"loop/base/x.h\"\n#include <string>\n") == 0);
  CHECK(count("#include \"base/x.hpp\"\n") == 0);
  CHECK(count("#include \"x.hpp\"\n") == 0);
  CHECK(count("#include <string>\n#include \"x.hpp\"\n") == 1);
  CHECK(count("#include <string>\n") == 1);
  CHECK(count("#include \"loop/store/x.h\"\n") == 1);
  CHECK(check_own_header(sample("#include <string>\n"), {}).empty());
}

TEST_CASE("every source file begins as it should") {
  std::vector<std::string> findings;
  for (const auto& file : load_sources({"libloop", "apps", "tests", "bench"})) {
    std::ranges::copy(check_head(file), std::back_inserter(findings));
    std::ranges::copy(check_guard(file), std::back_inserter(findings));
  }
  const auto& files = production_sources();
  for (const auto& file : files) {
    std::ranges::copy(check_own_header(file, files), std::back_inserter(findings));
  }

  CHECK(findings == std::vector<std::string>{});
}
