// SPDX-License-Identifier: MIT
// Which texts are paths inside the workspace.
#include "loop/store/relative_path.h"

#include "support/catch.hpp"

using namespace loop;

namespace {

Errc code_of(std::string_view text) {
  const auto path = RelativePath::parse(text);
  REQUIRE_FALSE(path);
  return path.error().code();
}

}  // namespace

TEST_CASE("a path is normalised") {
  CHECK(RelativePath::parse("a/b")->str() == "a/b");
  CHECK(RelativePath::parse("./a//./b/")->str() == "a/b");
  CHECK(RelativePath::parse("...")->str() == "...");
  CHECK(RelativePath::parse("a/..b")->str() == "a/..b");
  CHECK(RelativePath::parse("-x")->str() == "-x");
  CHECK(RelativePath::parse("\xff")->str() == "\xff");
}

TEST_CASE("absolute paths and .. are outside the root") {
  for (const char* text :
       {"/", "/etc/passwd", "//a", "..", "../a", "a/..", "a/../b", "a/../../b"}) {
    CAPTURE(text);
    CHECK(code_of(text) == Errc::outside_root);
  }
}

TEST_CASE("empty paths, the root itself and control characters are refused") {
  using namespace std::string_view_literals;
  for (const auto text : {""sv, "."sv, "./."sv, "a\0b"sv, "a\nb"sv, "\x1f"sv, "a/\t"sv}) {
    CAPTURE(text);
    CHECK(code_of(text) == Errc::invalid_argument);
  }
}

TEST_CASE("a refusal shows the path with its control characters escaped") {
  const auto path = RelativePath::parse("a\nb");
  REQUIRE_FALSE(path);
  CHECK(path.error().message() == "path \"a\\x0ab\": control characters are not allowed");
}

TEST_CASE("a component has at most 255 bytes") {
  CHECK(RelativePath::parse("d/" + std::string(254, 'x')));
  CHECK(RelativePath::parse("d/" + std::string(255, 'x')));
  CHECK(code_of("d/" + std::string(256, 'x')) == Errc::invalid_argument);
}

TEST_CASE("a path has at most 4095 bytes") {
  std::string text;
  while (text.size() < 4000) text += std::string(99, 'x') + "/";
  CHECK(RelativePath::parse(text + std::string(94, 'y')));
  CHECK(RelativePath::parse(text + std::string(95, 'y')));
  CHECK(code_of(text + std::string(96, 'y')) == Errc::invalid_argument);
}

TEST_CASE("a path knows its name and what is above it") {
  CHECK(RelativePath::of("a/b/c").name() == "c");
  CHECK(RelativePath::of("a/b/c").parent() == "a/b");
  CHECK(RelativePath::of("a").name() == "a");
  CHECK(RelativePath::of("a").parent().empty());
  CHECK((RelativePath::of("a") / "b").str() == "a/b");
}
