// SPDX-License-Identifier: MIT
// Lines out of bytes that are cut anywhere.
#include "agents/line_splitter.hpp"

#include "support/catch.hpp"

#include <vector>

using namespace loop;

namespace {

struct Line {
  std::string text;
  bool is_truncated;
  friend bool operator==(const Line&, const Line&) = default;
};

std::vector<Line> split_in_pieces(const std::string& bytes, std::size_t piece_bytes) {
  std::vector<Line> lines;
  LineSplitter splitter;
  const auto take = [&](const OutputLine& line) {
    lines.push_back({std::string(line.text), line.is_truncated});
  };
  for (std::size_t at = 0; at < bytes.size(); at += piece_bytes) {
    splitter.feed(std::string_view(bytes).substr(at, piece_bytes), take);
  }
  splitter.finish(take);
  return lines;
}

}  // namespace

TEST_CASE("lines are the same wherever the bytes are cut") {
  const std::string bytes =
      "\xef\xbb\xbf"
      "first\r\n\nth\xc3\xa9 third\n\r\nhalf";
  const std::vector<Line> expected = {
      {"first", false}, {"", false}, {"th\xc3\xa9 third", false}, {"", false}, {"half", false}};

  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
    INFO(piece);
    CHECK(split_in_pieces(bytes, piece) == expected);
  }
}

TEST_CASE("a text that ends with a newline has no empty last line") {
  CHECK(split_in_pieces("", 1).empty());
  CHECK(split_in_pieces("a\n", 1).size() == 1);
  CHECK(split_in_pieces("\n", 1).size() == 1);
  CHECK(split_in_pieces("a\n\xef\xbb\xbf", 1) ==
        std::vector<Line>{{"a", false}, {"\xef\xbb\xbf", false}});
}

TEST_CASE("a line is cut at its limit and the next one is whole") {
  for (const std::size_t piece : {std::size_t{65536}, std::size_t{100} << 20}) {
    for (const std::size_t size : {kLineBytesMax - 1, kLineBytesMax, kLineBytesMax + 1}) {
      const auto lines = split_in_pieces(std::string(size, 'x') + "\nnext\n", piece);
      REQUIRE(lines.size() == 2);
      CHECK(lines[0].text.size() == std::min(size, kLineBytesMax));
      CHECK(lines[0].is_truncated == (size > kLineBytesMax));
      CHECK(lines[1] == Line{"next", false});
    }
  }
}
