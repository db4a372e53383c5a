// SPDX-License-Identifier: MIT
// Public headers cost a user nothing but the standard library, and stay small enough to read.
#include "source/source_tree.hpp"
#include "support/catch.hpp"

#include <algorithm>

using namespace loop::source;

namespace {

bool is_public(const SourceFile& file) { return file.path.starts_with("libloop/include/"); }

std::vector<std::string> check_public_includes(const SourceFile& file) {
  static const RE2 standard("<[a-z_]+>");
  static const RE2 own("\"loop/[a-z_]+/[a-z0-9_]+\\.h\"");
  static const RE2 names_only("<boost/json/fwd\\.hpp>");  // declares, and costs nothing
  std::vector<std::string> findings;
  for (const auto& include : includes_of(file)) {
    if (RE2::FullMatch(include.target, standard) || RE2::FullMatch(include.target, own) ||
        RE2::FullMatch(include.target, names_only)) {
      continue;
    }
    findings.push_back(finding(file, include.offset, include.target + " in a public header"));
  }
  return findings;
}

bool is_refused(const std::string& include) {
  return !check_public_includes(make_source("libloop/include/loop/base/x.h", "#include " + include))
              .empty();
}

}  // namespace

TEST_CASE("a public header may include the standard library and other public headers only") {
  CHECK_FALSE(is_refused("<string_view>"));
  CHECK_FALSE(is_refused("\"loop/base/result.h\""));
  CHECK_FALSE(is_refused("<boost/json/fwd.hpp>"));
  CHECK(is_refused("<boost/json.hpp>"));
  CHECK(is_refused("<boost/asio.hpp>"));
  CHECK(is_refused("<catch2/catch.hpp>"));
  CHECK(is_refused("<fmt/format.h>"));
  CHECK(is_refused("<unistd.h>"));
  CHECK(is_refused("\"base/process_fd.hpp\""));
}

TEST_CASE("public headers include only what every user has") {
  std::vector<std::string> findings;
  for (const auto& file : production_sources()) {
    if (is_public(file))
      std::ranges::copy(check_public_includes(file), std::back_inserter(findings));
  }

  CHECK(findings == std::vector<std::string>{});
}
