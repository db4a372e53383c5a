// SPDX-License-Identifier: MIT
// One line of JSON: what is read, what is counted, and what is repaired.
#include "agents/json_line_reader.hpp"

#include "agents/figures.hpp"
#include "agents/transcript.hpp"
#include "support/catch.hpp"

using namespace loop;

namespace {

bool is_read(std::string_view text) {
  AgentOutcome outcome;
  return read_json_line({text, false}, outcome).has_value();
}

std::int64_t refused_in(std::string_view text) {
  AgentOutcome outcome;
  const auto object = read_json_line({text, false}, outcome);
  REQUIRE(object);
  FigureReader figures(outcome);
  figures.tokens(*object, "n");
  return outcome.refused_figures;
}

}  // namespace

TEST_CASE("a line is an object or garbage") {
  CHECK(is_read("{}"));
  CHECK(is_read(" {\"a\":1} "));
  CHECK(is_read("{\"a\":\"\xff\"}"));
  for (const char* text :
       {"[]", "1", "null", "{", "{}{}", "{\"a\":}", "{'a':1}", "x", "{\"a\":1,}"}) {
    INFO(text);
    CHECK_FALSE(is_read(text));
  }
}

TEST_CASE("nesting is followed to a depth and not beyond") {
  const auto nested = [](std::size_t depth) {
    return "{\"a\":" + std::string(depth - 1, '[') + std::string(depth - 1, ']') + "}";
  };
  CHECK(is_read(nested(127)));
  CHECK(is_read(nested(128)));
  CHECK_FALSE(is_read(nested(129)));
  CHECK_FALSE(is_read(nested(5'000'000)));
}

TEST_CASE("a bare NaN is a refused figure, and in a string it is a word") {
  AgentOutcome outcome;
  const auto object = read_json_line(
      {R"({"a":NaN,"b":-Infinity,"c":[Infinity],"d":"NaN \" Infinity \\","e":1})", false}, outcome);
  REQUIRE(object);
  CHECK(outcome.refused_figures == 3);
  CHECK(object->at("a").is_null());
  CHECK(text_at(*object, "d") == "NaN \" Infinity \\");
  CHECK(integer_at(*object, "e") == 1);
  CHECK_FALSE(is_read("NaN"));
  CHECK_FALSE(is_read("{\"a\":NaN"));
  CHECK_FALSE(is_read("{\"a\":NaNa}"));
  CHECK_FALSE(is_read("{\"NaN\\"));
}

TEST_CASE("figures are refused at their limits") {
  for (const char* text : {"{}", R"({"n":0})", R"({"n":7.0})", R"({"n":null})",
                           R"({"n":999999999999})", R"({"n":1000000000000})"}) {
    INFO(text);
    CHECK(refused_in(text) == 0);
  }
  for (const char* text :
       {R"({"n":-1})", R"({"n":0.5})", R"({"n":"1"})", R"({"n":[]})", R"({"n":true})",
        R"({"n":1000000000001})", R"({"n":1e300})", R"({"n":1e999})",
        R"({"n":18446744073709551615})", R"({"n":-9223372036854775808})"}) {
    INFO(text);
    CHECK(refused_in(text) == 1);
  }
}

TEST_CASE("sums do not overflow") {
  TokenUsage sum;
  const TokenUsage most{kTokensMax, kTokensMax, kTokensMax, kTokensMax, kTokensMax};
  for (int times = 0; times < 3; ++times) add_usage(sum, most);
  CHECK(sum.total() == 5 * kTokensMax);
  AgentOutcome outcome;
  for (int times = 0; times < 3; ++times) add_cost(outcome, 900'000'000'000);
  CHECK(outcome.cost.usd_micros == 1'000'000'000'000);
}

TEST_CASE("the models of one outcome are bounded") {
  AgentOutcome outcome;
  for (int model = 0; model < 1000; ++model) {
    add_usage(outcome, std::to_string(model), {1, 0, 0, 0, 0});
  }
  CHECK(outcome.usage.total() == 1000);
  CHECK(outcome.usage_by_model.size() == 65);
  CHECK(outcome.usage_by_model[""].total() == 936);
}

TEST_CASE("a line over 16 MiB is cut and counted, and the run goes on") {
  const auto all = test::load_transcripts();
  for (const char* name : {"claude/ok", "codex/ok", "gemini/ok", "opencode/ok"}) {
    INFO(name);
    test::Transcript transcript = test::find_transcript(all, name);
    const std::string before = test::play(transcript, {});
    const std::size_t first_line = transcript.out.find('\n') + 1;
    transcript.out.insert(first_line, "{\"type\":\"" + std::string(kLineBytesMax, 'x') + "\"}\n");
    const std::string after = test::play(transcript, {});
    CHECK(after.find("outcome: ok") == 0);
    CHECK(after.find("cut_lines 1") != std::string::npos);
    CHECK(after.find("[line cut at 16 MiB]") != std::string::npos);
    CHECK(after.substr(0, after.find("counts")) == before.substr(0, before.find("counts")));
  }
}
