// SPDX-License-Identifier: MIT
// Lines are the same however the bytes are cut, and a limit passes a line over without its
// neighbours.
#include "mcp/protocol/line_splitter.hpp"

#include <string>
#include <vector>

#include "support/catch.hpp"

using mcp::LineSplitter;

namespace {

std::vector<std::string> lines_of(std::string_view bytes, std::size_t piece, std::size_t limit) {
  LineSplitter splitter(limit);
  std::vector<std::string> lines;
  const auto take = [&](const LineSplitter::Line& line) {
    lines.push_back((line.is_too_long ? "long:" : "") + line.text);
  };
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    splitter.feed(bytes.substr(at, piece));
    while (auto line = splitter.next()) take(*line);
  }
  if (auto rest = splitter.finish()) take(*rest);
  return lines;
}

}  // namespace

TEST_CASE("lines do not depend on how the bytes arrive") {
  const std::string bytes = "one\r\n\ntwo\nthree four\n\n\nlast";
  const std::vector<std::string> expected{"one", "", "two", "three four", "", "", "last"};
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
    CHECK(lines_of(bytes, piece, 100) == expected);
  }
}

TEST_CASE("a line of the limit passes, one byte more is passed over, the next one is whole") {
  for (std::size_t piece = 1; piece <= 12; ++piece) {
    CHECK(lines_of("aaaa\nb\n", piece, 4) == std::vector<std::string>{"aaaa", "b"});
    CHECK(lines_of("aaa\nb\n", piece, 4) == std::vector<std::string>{"aaa", "b"});
    const auto lines = lines_of("aaaaa\nb\n", piece, 4);
    REQUIRE(lines.size() == 2);
    CHECK(lines[0].starts_with("long:aaaaa"));
    CHECK(lines[1] == "b");
  }
}

TEST_CASE("of a line that is too long only its beginning is kept") {
  const std::string big(100'000, 'x');
  const auto lines = lines_of("{\"id\":1," + big + "\nnext\n", 1000, 50'000);
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].size() < 5000);
  CHECK(lines[0].starts_with("long:{\"id\":1,"));
  CHECK(lines[1] == "next");
}
