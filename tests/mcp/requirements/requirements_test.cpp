// SPDX-License-Identifier: MIT
// Plays the table of requirements, and holds its page against it.
#include "mcp/requirements/requirement.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>

#include "mcp/requirements/play.hpp"
#include "support/catch.hpp"

using namespace mcp;
using namespace mcp::test;

namespace {

const std::string kPage = LOOP_SOURCE_DIR "/docs/mcp-requirements.md";

std::string text_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

TEST_CASE("each requirement holds in each of its revisions") {
  for (const Requirement& row : all_requirements()) {
    if (row.check == nullptr) continue;
    for (const Revision revision : kRevisions) {
      if (!row.span.contains(revision)) continue;
      DYNAMIC_SECTION(row.id << " in " << to_string(revision)) {
        INFO(row.words);
        Play play(revision);
        row.check(play);
        play.heard();  // what was sent last is held against the schema too
      }
    }
  }
}

TEST_CASE("each requirement has a name of its own, a source, and one way in which it stands") {
  std::set<std::string_view> ids;
  for (const Requirement& row : all_requirements()) {
    INFO(row.id);
    CHECK(ids.insert(row.id).second);
    CHECK_FALSE(row.source.empty());
    CHECK_FALSE(row.words.empty());
    const int ways =
        (row.check != nullptr) + !row.shown_by.empty() + !row.reason.empty() + !row.open.empty();
    CHECK(ways == 1);
    CHECK(row.span.first <= row.span.last);
  }
}

TEST_CASE("the tests that are named for requirements are there") {
  for (const Requirement& row : all_requirements()) {
    if (row.shown_by.empty()) continue;
    INFO(row.id);
    const auto colon = row.shown_by.find(": ");
    REQUIRE(colon != std::string_view::npos);
    const std::string text =
        text_of(LOOP_SOURCE_DIR "/" + std::string(row.shown_by.substr(0, colon)));
    const std::string name = "TEST_CASE(\"" + std::string(row.shown_by.substr(colon + 2)) + "\")";
    CHECK(text.find(name) != std::string::npos);
  }
}

TEST_CASE("open requirements are counted aloud") {
  const auto all = all_requirements();
  const auto open =
      std::ranges::count_if(all, [](const Requirement& row) { return !row.open.empty(); });
  if (open > 0) WARN(open << " of " << all.size() << " requirements are open");
  const std::string page = requirements_page(all);
  std::ptrdiff_t named = 0;
  for (auto at = page.find("| **open**: "); at != std::string::npos;
       at = page.find("| **open**: ", at + 1)) {
    ++named;
  }
  CHECK(named == open);
}

TEST_CASE("the page of the requirements is the table's") {
  INFO("refresh it with: mcp_requirements_tests \"[.write]\"");
  CHECK((text_of(kPage) == requirements_page(all_requirements())));
}

TEST_CASE("writes the page of the requirements", "[.write]") {
  std::ofstream out(kPage, std::ios::binary);
  out << requirements_page(all_requirements());
  CHECK(out.good());
}
