// SPDX-License-Identifier: MIT
// Links of the documents lead somewhere, and decisions are dated and tell their price.
#include "source/source_tree.hpp"
#include "support/catch.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

using namespace loop::source;

namespace {

namespace fs = std::filesystem;

const fs::path kRoot = LOOP_SOURCE_DIR;

std::vector<SourceFile> load_documents() {
  std::vector<SourceFile> documents;
  const auto add = [&](const fs::path& path) {
    if (path.extension() != ".md") return;
    std::ifstream in(path, std::ios::binary);
    documents.push_back({path.lexically_relative(kRoot).generic_string(),
                         {std::istreambuf_iterator<char>(in), {}},
                         {}});
  };
  for (const auto& entry : fs::directory_iterator(kRoot)) add(entry.path());
  for (const auto& entry : fs::recursive_directory_iterator(kRoot / "docs")) add(entry.path());
  return documents;
}

std::vector<std::string> broken_links(const SourceFile& document) {
  static const RE2 link(R"(\]\(([^)#\s]+)[^)\s]*\))");
  std::vector<std::string> broken;
  for (const auto offset : find_all(document.text, link)) {
    const auto end = document.text.find_first_of(")# ", offset);
    const auto target = document.text.substr(offset, end - offset);
    if (target.find("://") != std::string::npos) continue;
    if (!fs::exists((kRoot / document.path).parent_path() / target)) {
      broken.push_back(finding(document, offset, "nothing is at " + target));
    }
  }
  return broken;
}

bool is_decision(const std::string& path) { return path.starts_with("docs/decisions/"); }

std::vector<std::string> check_decision(const SourceFile& document) {
  static const RE2 form(
      R"((?s)# \d{4} [^\n]+\n\n\d{4}-\d{2}-\d{2}\. .*\*Choice\*.*\*Price\*.*\*What\s+would\s+change\s+our\s+mind\*.*)");
  if (RE2::FullMatch(document.text, form)) return {};
  return {finding(document, 0, "needs number, date, choice, price and what would change our mind")};
}

}  // namespace

TEST_CASE("a link to a file that is not there is found") {
  CHECK(broken_links({"docs/x.md", "[a](no-such-file.md)", {}}).size() == 1);
  CHECK(
      broken_links({"docs/x.md", "[a](../README.md#head) [b](https://example.org/x)", {}}).empty());
}

TEST_CASE("a decision without a date or a price is found") {
  const std::string whole =
      "# 0001 X\n\n2026-11-23. *Question*: a? *Choice*: b. *Price*: c. *What would change our "
      "mind*: d.\n";
  CHECK(check_decision({"docs/decisions/0001-x.md", whole, {}}).empty());
  CHECK(check_decision({"docs/decisions/0001-x.md", "# 0001 X\n\n*Choice*: b.\n", {}}).size() == 1);
}

TEST_CASE("the documents' links lead somewhere, and decisions have their form") {
  const auto documents = load_documents();
  REQUIRE(documents.size() > 5);

  std::vector<std::string> findings;
  for (const auto& document : documents) {
    std::ranges::copy(broken_links(document), std::back_inserter(findings));
    if (is_decision(document.path)) {
      std::ranges::copy(check_decision(document), std::back_inserter(findings));
    }
  }

  CHECK(findings == std::vector<std::string>{});
}
