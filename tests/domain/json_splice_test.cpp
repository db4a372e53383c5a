// SPDX-License-Identifier: MIT
// Members set in other people's JSON files.
#include <boost/json.hpp>

#include "loop/domain/json_splice.h"
#include "support/catch.hpp"

using namespace loop;
using Catch::Contains;
namespace json = boost::json;

namespace {

const json::value kEntry = json::object{{"command", "x"}, {"args", {"-C", "/w"}}};
const JsonPath kPath{"mcpServers", "loop"};

std::string put(std::string_view text) { return put_json_member(text, kPath, kEntry).value(); }

}  // namespace

TEST_CASE("json splice: an empty file becomes an object with the member") {
  const std::string made =
      "{\n  \"mcpServers\": {\n    \"loop\": {\n      \"command\": \"x\",\n"
      "      \"args\": [\"-C\",\"/w\"]\n    }\n  }\n}\n";
  CHECK(put("") == made);
  CHECK(put(" \n") == made);
  CHECK(json::parse(put("{}")) == json::parse(made));
  CHECK(json::parse(put("{\"mcpServers\": {}}")) == json::parse(made));
}

TEST_CASE("json splice: a member goes behind the last one, in the file's own indentation") {
  CHECK(put("{\n    \"a\": 1\n}\n") ==
        "{\n    \"a\": 1,\n    \"mcpServers\": {\n      \"loop\": {\n        \"command\": \"x\",\n"
        "        \"args\": [\"-C\",\"/w\"]\n      }\n    }\n}\n");
  CHECK(put("{\"mcpServers\":{\"other\":{\"command\":\"y\"}}}") ==
        "{\"mcpServers\":{\"other\":{\"command\":\"y\"}, \"loop\": "
        "{\"command\":\"x\",\"args\":[\"-C\",\"/w\"]}}}");
}

TEST_CASE("json splice: comments, trailing commas and every other byte stay") {
  const std::string text =
      "// servers, \"quoted\"\r\n{\n\t/* one */ \"mcpServers\": {\n\t\t\"other\": { // \"}\n"
      "\t\t\t\"command\": \"a//b\", /* , */\n\t\t}, // last,\n\t},\n\t\"z\": 1e2,\n}\n";
  const std::string result = put(text);
  const std::size_t at = result.find(",\n\t\t\"loop\"");
  REQUIRE(at != std::string::npos);
  const std::size_t length = result.size() - text.size();
  CHECK(result.substr(0, at) + result.substr(at + length) == text);
  CHECK(*find_json_member(result, kPath).value() == kEntry);
  CHECK(find_json_member(result, {"mcpServers", "other", "command"}).value() ==
        json::value("a//b"));
}

TEST_CASE("json splice: a member that is there is replaced alone, and twice changes nothing more") {
  const std::string text =
      "{\n  \"mcpServers\": {\n    \"loop\": {\"command\": \"old\"}, // ours\n    \"b\": 2\n  "
      "}\n}\n";
  const std::string once = put(text);
  CHECK_THAT(once, Contains("}, // ours\n    \"b\": 2\n  }\n}\n"));
  CHECK_THAT(once, !Contains("old"));
  CHECK(put(once) == once);
}

TEST_CASE("json splice: what is no JSON, or no object on the way, is refused with its place") {
  for (const auto& [text, place] :
       std::vector<std::pair<std::string, std::string>>{{"{\n  \"a\": }", "line 2"},
                                                        {"[1]", "line 1"},
                                                        {"{\n\n\"mcpServers\": []}", "line 3"},
                                                        {"{\"a\": 1} x", "column 10"},
                                                        {"{\"a\": /* never closed", "line 1"},
                                                        {"{\"a\": \"never closed", "line 1"},
                                                        {"{,}", "line 1"},
                                                        {"{\"a\" 1}", "line 1"}}) {
    INFO(text);
    const auto refused = put_json_member(text, kPath, kEntry);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code() == Errc::invalid_data);
    CHECK_THAT(refused.error().message(), Contains(place));
    CHECK_FALSE(find_json_member(text, kPath));
  }
  CHECK_FALSE(find_json_member("{\"mcpServers\": {}}", kPath).value());
}
