// SPDX-License-Identifier: MIT
// The scanner accepts exactly JSON, says where it does not, and stays linear.
#include "domain/json_tokens.hpp"

#include "support/catch.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

using namespace loop;

namespace {

std::string nested_arrays(std::size_t depth) {
  return std::string(depth, '[') + std::string(depth, ']');
}

std::string nested_objects(std::size_t depth) {
  std::string text;
  for (std::size_t i = 0; i < depth; ++i) text += "{\"a\":";
  return text + "1" + std::string(depth, '}');
}

std::string error_of(std::string_view text) {
  const auto tokens = JsonTokens::scan(text);
  REQUIRE_FALSE(tokens);
  CHECK(tokens.error().code() == Errc::invalid_data);
  return tokens.error().message();
}

std::string read_whole(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

}  // namespace

TEST_CASE("the positions of keys and values are those of their tokens") {
  const std::string text = R"( {"a" : [1, "x"], "b":{"c":null}} )";

  const auto tokens = JsonTokens::scan(text);

  REQUIRE(tokens);
  const auto at = [&](std::uint32_t begin, std::uint32_t end) {
    return text.substr(begin, end - begin);
  };
  const auto members = tokens->children(0);
  REQUIRE(members.size() == 2);
  const JsonNode& a = (*tokens)[members[0]];
  CHECK(at(a.key_begin, a.key_end) == "\"a\"");
  CHECK(at(a.begin, a.end) == "[1, \"x\"]");
  CHECK(a.kind == JsonKind::array);
  CHECK(tokens->children(members[0]).size() == 2);
  const JsonNode& c = (*tokens)[tokens->children(members[1])[0]];
  CHECK(at(c.key_begin, c.end) == "\"c\":null");
  CHECK(c.kind == JsonKind::null);
  CHECK(tokens->size() == 6);
}

TEST_CASE("errors name line, column and what was expected") {
  CHECK(error_of("") == "line 1, column 1: expected a JSON value, found the end of the text");
  CHECK(error_of("{\n  \"a\": 1\n  \"b\": 2\n}") ==
        "line 3, column 3: expected ',' or '}', found '\"'");
  CHECK(error_of("{\r\n \"é\": x}") == "line 2, column 7: expected a JSON value, found 'x'");
  CHECK(error_of("{\"schedules\": [{\"id\": \"1") ==
        "line 1, column 25: expected '\"' at the end of a string, found the end of the text");
  CHECK(error_of("\xef\xbb\xbf{,}") ==
        "line 1, column 2: expected a key in double quotes, found ','");
  CHECK(error_of("[1] 2") == "line 1, column 5: expected the end of the text, found '2'");
}

TEST_CASE("bytes that are no UTF-8 are refused with their offset") {
  CHECK(error_of("[\"a\xff\"]") == "line 1, column 4: the byte 0xff at offset 3 is not UTF-8");
  CHECK(error_of("\"\xed\xa0\x80\"").find("is not UTF-8") != std::string::npos);
  CHECK(error_of("\"\xc0\xaf\"").find("is not UTF-8") != std::string::npos);
  CHECK(JsonTokens::scan("\"\xf0\x9f\x94\xa7\""));
}

TEST_CASE("a byte order mark is accepted at the start only") {
  CHECK(JsonTokens::scan("\xef\xbb\xbf{}"));
  CHECK_FALSE(JsonTokens::scan("{\xef\xbb\xbf}"));
  CHECK_FALSE(JsonTokens::scan("\xef\xbb\xbf\xef\xbb\xbf{}"));
  CHECK_FALSE(JsonTokens::scan("\xef\xbb\xbf"));
}

TEST_CASE("containers may be 64 deep") {
  CHECK(JsonTokens::scan(nested_arrays(63)));
  CHECK(JsonTokens::scan(nested_arrays(64)));
  CHECK(error_of(nested_arrays(65)).find("at most 64") != std::string::npos);
  CHECK(JsonTokens::scan(nested_objects(63)));
  CHECK(JsonTokens::scan(nested_objects(64)));
  CHECK_FALSE(JsonTokens::scan(nested_objects(65)));
  // Beside each other they do not add up.
  CHECK(JsonTokens::scan("[" + nested_arrays(63) + "," + nested_arrays(63) + "]"));
  CHECK_FALSE(JsonTokens::scan(std::string(5'000'000, '[')));
}

TEST_CASE("control characters are refused in strings and elsewhere, NUL too") {
  for (int c = 0; c < 0x20; ++c) {
    INFO(c);
    CHECK_FALSE(JsonTokens::scan(std::string("\"") + static_cast<char>(c) + "\""));
  }
  CHECK(JsonTokens::scan("\"\x7f\""));
  CHECK_FALSE(JsonTokens::scan(std::string("{}\0", 3)));
  CHECK_FALSE(JsonTokens::scan(std::string("\"\\\0\"", 4)));
}

TEST_CASE("strings say what their escapes mean") {
  CHECK(decode_json_string(R"("a\u00e9\"\\\/\b\f\n\r\t")") == "aé\"\\/\b\f\n\r\t");
  CHECK(decode_json_string(R"("\ud83d\udd27")") == "🔧");
  CHECK(decode_json_string(R"("\ud83d")") == "\xef\xbf\xbd");
  CHECK(decode_json_string(R"("\udd27x")") == "\xef\xbf\xbdx");
  CHECK(decode_json_string(R"("\ud83d\ud83d\udd27")") == "\xef\xbf\xbd🔧");
  CHECK(decode_json_string(R"("\ud83d\n")") == "\xef\xbf\xbd\n");
  CHECK(decode_json_string(R"("\u0000\uffff")") == std::string("\0\xef\xbf\xbf", 4));
  CHECK(decode_json_string(R"("")").empty());
}

TEST_CASE("strings are printed as JSON.stringify prints them") {
  CHECK(quote_json_string("a\"\\/\b\f\n\r\t\x01\x1f\x7f é🔧") ==
        "\"a\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f é🔧\"");
  CHECK(quote_json_string(std::string_view("\0", 1)) == "\"\\u0000\"");
}

TEST_CASE("numbers are compared by value at any size") {
  CHECK(same_json_number("10", "1e1"));
  CHECK(same_json_number("10", "10.0"));
  CHECK(same_json_number("0.01", "1E-2"));
  CHECK(same_json_number("-0", "0"));
  CHECK(same_json_number("12345678901234567890", "1234567890123456789e1"));
  CHECK_FALSE(same_json_number("12345678901234567890", "12345678901234567891"));
  CHECK_FALSE(same_json_number("1", "-1"));
  CHECK_FALSE(same_json_number("1e400", "1e401"));
  CHECK(same_json_number("1e99999999999999999999", "1e99999999999999999999"));
  CHECK_FALSE(same_json_number("1e99999999999999999999", "2e99999999999999999999"));
}

TEST_CASE("numbers are recognised by the grammar") {
  for (const char* text : {"0", "-0", "10", "1.5", "1e1", "1E+9", "-1.0e-5"}) {
    INFO(text);
    CHECK(is_json_number(text));
  }
  for (const char* text : {"", "-", "01", "+1", "1.", ".5", "1e", "0x1", "1 ", "NaN", "1,5"}) {
    INFO(text);
    CHECK_FALSE(is_json_number(text));
  }
}

TEST_CASE("a text of 10 MB gives a bounded number of values") {
  std::string flat = "[0";
  while (flat.size() < 10'000'000) flat += ",0";
  flat += "]";
  const auto tokens = JsonTokens::scan(flat);
  REQUIRE(tokens);
  CHECK(tokens->size() == flat.size() / 2 + 1);
  CHECK(tokens->children(0).size() == flat.size() / 2);

  const std::string one_string = "\"" + std::string(10'000'000, 'x') + "\"";
  CHECK(JsonTokens::scan(one_string));
  // An error at the very end is found and placed.
  flat.back() = '}';
  CHECK(error_of(flat).starts_with("line 1, column 1000000"));
}

TEST_CASE("the public corpus of JSON texts is accepted and refused as its names say") {
  const std::filesystem::path folder = LOOP_SHARED_DIR "/corpora/jsontestsuite/test_parsing";
  if (!std::filesystem::exists(folder)) {
    WARN("skipped: " << folder << " is absent");
    return;
  }
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    INFO(name);
    const auto tokens = JsonTokens::scan(read_whole(entry.path()));
    if (name.starts_with("y_")) CHECK(tokens.has_value());
    if (name.starts_with("n_")) {
      REQUIRE_FALSE(tokens.has_value());
      CHECK(tokens.error().message().starts_with("line "));
    }
    ++count;
  }
  CHECK(count > 300);
}
