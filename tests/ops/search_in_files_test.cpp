// SPDX-License-Identifier: MIT
// The operation search_in_files.
#include "loop/ops/search_in_files.h"

#include "ops/operations_fixture.hpp"

using namespace loop;
using namespace loop::test;
using Catch::Contains;
namespace json = boost::json;

namespace {

using Texts = std::vector<std::string>;

class Searcher : public OperationsFixture {
 public:
  json::object search(std::string_view pattern, json::object more = {}) {
    more["pattern"] = pattern;
    return call("search_in_files", json::serialize(more));
  }
  Error refused(std::string_view pattern, json::object more = {}) {
    more["pattern"] = pattern;
    return refuse("search_in_files", json::serialize(more));
  }
  // "path:line" of each matched line.
  Texts places(std::string_view pattern, json::object more = {}) {
    Texts places;
    const auto answer = search(pattern, std::move(more));
    for (const auto& value : answer.at("matches").get_array()) {
      const auto& match = value.get_object();
      places.push_back(std::string(match.at("file_path").get_string()) + ":" +
                       json::serialize(match.at("line_number")));
    }
    return places;
  }
};

std::int64_t number(const json::object& answer, std::string_view field) {
  return answer.at(field).to_number<std::int64_t>();
}

const json::object& match_at(const json::object& answer, std::size_t index) {
  return answer.at("matches").get_array().at(index).get_object();
}

std::string text(const json::object& object, std::string_view field = "text") {
  return std::string(object.at(field).get_string());
}

Texts lines(const json::object& match, std::string_view field) {
  Texts lines;
  for (const auto& line : match.at(field).get_array()) lines.emplace_back(line.get_string());
  return lines;
}

}  // namespace

TEST_CASE("matches are told by path and line, with columns in characters and offsets in bytes") {
  Searcher searcher;
  searcher.world.files.put("b.txt", "x\n\xC3\xA4 foo Foo\n");
  searcher.world.files.put("a/z.txt", "foo\n");
  searcher.world.files.put("c.txt", "bar\n");

  const auto answer = searcher.search("foo");

  CHECK(searcher.places("foo") == Texts{"a/z.txt:1", "b.txt:2"});
  const auto& match = match_at(answer, 1);
  CHECK(text(match) == "\xC3\xA4 foo Foo");
  CHECK(match.at("columns") == json::value({3, 7}));
  CHECK(match.at("byte_offsets") == json::value({5, 9}));
  CHECK(number(answer, "match_count") == 3);
  CHECK(number(answer, "files_searched") == 3);
  CHECK(number(answer, "files_matched") == 2);
  CHECK_FALSE(answer.at("truncated").get_bool());
  CHECK(searcher.places("foo", {{"case_sensitive", true}}) == Texts{"a/z.txt:1", "b.txt:2"});
  CHECK(searcher.places("Foo", {{"case_sensitive", true}}) == Texts{"b.txt:2"});
  CHECK(searcher.places("fo", {{"whole_word", true}}).empty());
  CHECK(searcher.places("f.o", {{"literal", true}}).empty());
}

TEST_CASE("line numbers are left out when they are not wanted") {
  Searcher searcher;
  searcher.world.files.put("a", "x\nfoo\ny\n");

  const auto answer = searcher.search("foo", {{"include_line_numbers", false}});

  CHECK_FALSE(match_at(answer, 0).contains("line_number"));
}

TEST_CASE("context shows each line once, also between near matches and at the ends") {
  Searcher searcher;
  searcher.world.files.put("a", "1\n2 foo\n3\n4 foo\n5 foo\n6\n7\n8\n9 foo");

  const auto answer = searcher.search("foo", {{"context_lines", 2}});

  REQUIRE(answer.at("matches").get_array().size() == 4);
  CHECK(lines(match_at(answer, 0), "context_before") == Texts{"1"});
  CHECK(lines(match_at(answer, 0), "context_after") == Texts{"3"});
  CHECK(lines(match_at(answer, 1), "context_before").empty());
  CHECK(lines(match_at(answer, 1), "context_after").empty());
  CHECK(lines(match_at(answer, 2), "context_before").empty());
  CHECK(lines(match_at(answer, 2), "context_after") == Texts{"6", "7"});
  CHECK(lines(match_at(answer, 3), "context_before") == Texts{"8"});
  CHECK(lines(match_at(answer, 3), "context_after").empty());

  const auto without = searcher.search("foo");
  CHECK(lines(match_at(without, 1), "context_before").empty());
  searcher.world.files.put("b", "x\r\nbar\r\ny\r\n");
  const auto windows = searcher.search("bar$", {{"context_lines", 20}});
  CHECK(text(match_at(windows, 0)) == "bar");
  CHECK(lines(match_at(windows, 0), "context_before") == Texts{"x"});
  CHECK(lines(match_at(windows, 0), "context_after") == Texts{"y"});
}

// The old system stopped after ten files, whatever was in them.
TEST_CASE("the limit counts matches, not files, and what is left out is said") {
  Searcher searcher;
  for (int i = 10; i < 40; ++i) searcher.world.files.put("f" + std::to_string(i), "no\n");
  searcher.world.files.put("z1", "foo foo\nfoo\n");
  searcher.world.files.put("z2", "foo\n");
  for (const int limit : {3, 4, 5}) {
    const auto answer = searcher.search("foo", {{"max_matches", limit}});
    CHECK(number(answer, "match_count") == std::min(limit, 4));
    CHECK(answer.at("truncated").get_bool() == (limit < 4));
  }
  CHECK(searcher.refused("foo", {{"max_matches", 0}}).code() == Errc::invalid_argument);
  CHECK(searcher.refused("foo", {{"max_matches", 100'001}}).code() == Errc::invalid_argument);
  CHECK(searcher.refused("foo", {{"context_lines", 21}}).code() == Errc::invalid_argument);
}

TEST_CASE("an answer has about a mebibyte at most") {
  Searcher searcher;
  std::string text;
  for (int i = 0; i < 5000; ++i) text += "foo " + std::string(400, 'x') + "\n";
  searcher.world.files.put("a", text);

  const auto answer = searcher.search("foo", {{"max_matches", 100'000}});

  CHECK(answer.at("truncated").get_bool());
  CHECK(json::serialize(answer).size() < 2 * kShownBytesMax);
  CHECK(number(answer, "match_count") > 1000);
}

TEST_CASE("of a long line the part around its first match is shown") {
  Searcher searcher;
  std::string line;
  while (line.size() < 10'000) line += "\xC3\xA4";
  searcher.world.files.put("a", line + "foo" + line + "\n");

  const auto answer = searcher.search("foo");
  const std::string shown = text(match_at(answer, 0));

  CHECK_THAT(shown, Contains("\xC3\xA4"
                             "foo\xC3\xA4"));
  CHECK(shown.starts_with("\xE2\x80\xA6\xC3\xA4"));
  CHECK(shown.ends_with("\xE2\x80\xA6"));
  CHECK(shown.size() < 520);
  CHECK(match_at(answer, 0).at("columns") == json::value({5001}));
  CHECK(match_at(answer, 0).at("byte_offsets") == json::value({10'000}));
}

TEST_CASE("binary files are skipped, others with odd bytes are searched") {
  Searcher searcher;
  searcher.world.files.put("image", std::string("foo\0foo", 7));
  searcher.world.files.put("latin", "caf\xE9 foo\n");

  const auto answer = searcher.search("foo");

  CHECK(number(answer, "binary_skipped") == 1);
  REQUIRE(answer.at("matches").get_array().size() == 1);
  CHECK(text(match_at(answer, 0)) == "caf\xEF\xBF\xBD foo");
  CHECK(match_at(answer, 0).at("columns") == json::value({6}));
}

TEST_CASE("a file of more than 64 MiB is skipped and counted") {
  Searcher searcher;
  for (const std::uint64_t size :
       {kSearchedBytesMax - 1, kSearchedBytesMax, kSearchedBytesMax + 1}) {
    std::string content(size, '\n');
    content.replace(0, 3, "foo");
    searcher.world.files.put("large", content);
    const auto answer = searcher.search("foo");
    CHECK(number(answer, "match_count") == (size <= kSearchedBytesMax ? 1 : 0));
    CHECK(number(answer, "large_skipped") == (size <= kSearchedBytesMax ? 0 : 1));
  }
}

TEST_CASE("ignored, hidden and denied files are left out, and links are not followed") {
  Searcher searcher;
  auto& files = searcher.world.files;
  files.put(".gitignore", "build/\n");
  files.put("build/x", "foo");
  files.put("src/a.cpp", "foo");
  files.put(".github/ci.yml", "foo");
  files.put("server.pem", "foo");
  files.put(".env", "foo");
  files.put("src/.env.local", "foo");
  files.make_link("link", "src/a.cpp");
  files.make_link("dir", "src");
  files.make_link("out", "/etc");
  files.make_fifo("pipe");

  CHECK(searcher.places("foo") == Texts{"src/a.cpp:1"});
  CHECK(searcher.places("foo", {{"respect_gitignore", false}}) ==
        Texts{"build/x:1", "src/a.cpp:1"});
  CHECK(searcher.places("foo", {{"directory", "build"}}) == Texts{"build/x:1"});
  CHECK(searcher.places("foo", {{"directory", ".github"}}) == Texts{".github/ci.yml:1"});
  CHECK(searcher.places("foo", {{"file_pattern", ".github/**"}}) == Texts{".github/ci.yml:1"});
  CHECK(searcher.places("foo", {{"file_pattern", "*.{cpp,yml}"}}) == Texts{"src/a.cpp:1"});
  CHECK(searcher.places("foo", {{"file_pattern", ".*"}}).empty());
  CHECK(searcher.places("foo", {{"directory", "src"}, {"file_pattern", "./*.cpp"}}) ==
        Texts{"src/a.cpp:1"});
  CHECK(searcher.refused("foo", {{"directory", "out"}}).code() == Errc::outside_root);
  CHECK(searcher.refused("foo", {{"directory", "../x"}}).code() == Errc::outside_root);
  CHECK(searcher.refused("foo", {{"directory", "src/a.cpp"}}).code() == Errc::invalid_argument);
}

TEST_CASE("patterns that RE2 lacks are refused by the argument's name") {
  Searcher searcher;

  CHECK_THAT(searcher.refused("a(?=b)").message(),
             Contains("argument \"pattern\"") && Contains("look-around"));
  CHECK_THAT(searcher.refused("(a)\\1").message(), Contains("back-references"));
  CHECK_THAT(searcher.refused("x", {{"file_pattern", "[a"}}).message(), Contains("file_pattern"));
  CHECK(searcher.refused("").code() == Errc::invalid_argument);
}

TEST_CASE("files that cannot be read are told, and the others searched") {
  Searcher searcher;
  searcher.world.files.put("a", "foo");
  searcher.world.files.put("b", "foo");
  std::size_t told = 0;
  for (std::uint64_t call = 1; call <= 14; ++call) {
    searcher.world.files.fail_call(searcher.world.files.calls() + call, 13);
    const auto answer = searcher.try_call("search_in_files", R"({"pattern":"foo"})");
    searcher.world.files.clear_faults();
    if (!answer) continue;
    if (answer->at("unreadable").get_array().empty()) continue;
    ++told;
    CHECK(number(*answer, "match_count") == 1);
  }
  CHECK(told >= 8);
}

TEST_CASE("a cancelled search stops, and a long one reports") {
  Searcher searcher;
  for (int i = 0; i < 600; ++i) searcher.world.files.put("f" + std::to_string(i), "foo");
  auto context = searcher.context();
  std::uint64_t reports = 0;
  context.on_progress = [&](std::uint64_t, std::uint64_t, std::string_view) { ++reports; };
  REQUIRE(search_in_files(context, {.pattern = "foo"}));
  CHECK(reports == 2);

  context.on_progress = [&](std::uint64_t, std::uint64_t, std::string_view) {
    searcher.is_cancelled = true;
  };
  const auto answer = search_in_files(context, {.pattern = "foo"});
  REQUIRE_FALSE(answer);
  CHECK(answer.error().code() == Errc::cancelled);
}
