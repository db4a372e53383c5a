// SPDX-License-Identifier: MIT
// The operations get_mode_capabilities and switch_mode.
#include <fstream>
#include <sstream>

#include "ops/operations_fixture.hpp"

using namespace loop;
using namespace loop::test;
using Catch::Contains;

namespace {

constexpr const char* kModes =
    "customModes:\n"
    "  - slug: writer\n"
    "    name: Writer\n"
    "    roleDefinition: You write.\n"
    "    whenToUse: For texts.\n"
    "    customInstructions: Be short.\n"
    "    groups:\n"
    "      - read\n"
    "      - - edit\n"
    "        - fileRegex: \\.md$\n"
    "          description: Texts\n";

const boost::json::object& mode_named(const boost::json::object& answer, std::string_view slug) {
  for (const auto& mode : answer.at("modes").as_array()) {
    if (mode.at("slug").as_string() == slug) return mode.as_object();
  }
  FAIL("no mode " << slug);
  return answer;
}

}  // namespace

TEST_CASE("the modes are the built-in five and those of .roomodes, with what they may do") {
  OperationsFixture fixture;
  fixture.world.files.put(".roomodes", kModes);

  const auto answer = fixture.call("get_mode_capabilities");

  CHECK(answer.at("total").as_int64() == 6);
  CHECK(answer.at("built_in").as_int64() == 5);
  CHECK(answer.at("custom").as_int64() == 1);
  const auto& writer = mode_named(answer, "writer");
  CHECK(writer.at("role_definition").as_string() == "You write.");
  CHECK(writer.at("custom_instructions").as_string() == "Be short.");
  CHECK(writer.at("groups").at(1).at("file_regex").as_string() == "\\.md$");
  CHECK_FALSE(mode_named(fixture.call("get_mode_capabilities", R"({"include_instructions":false})"),
                         "writer")
                  .contains("custom_instructions"));
}

TEST_CASE("modes are filtered by group and come in pages") {
  OperationsFixture fixture;
  fixture.world.files.put(".roomodes", kModes);

  CHECK(fixture.call("get_mode_capabilities", R"({"filter_by_group":"nothing"})")
            .at("match_count")
            .as_int64() == 0);
  const auto page = fixture.call("get_mode_capabilities", R"({"limit":4})");
  CHECK(page.at("modes").as_array().size() == 4);
  CHECK(page.at("next_offset").as_int64() == 4);
  const auto last = fixture.call("get_mode_capabilities", R"({"limit":4,"offset":4})");
  CHECK(last.at("modes").as_array().size() == 2);
  CHECK_FALSE(last.contains("next_offset"));
  for (const char* limit : {"0", "201"}) {
    CHECK_THAT(
        fixture.refuse("get_mode_capabilities", std::string("{\"limit\":") + limit + "}").message(),
        Contains("1 to 200"));
  }
}

TEST_CASE("of the old system's workspace all 30 modes are there, where it found none") {
  std::ifstream file(LOOP_SHARED_DIR "/fixtures/seed-workspace/.roomodes", std::ios::binary);
  if (!file) {
    WARN("skipped: no fixtures");
    return;
  }
  std::stringstream text;
  text << file.rdbuf();
  OperationsFixture fixture;
  fixture.world.files.put(".roomodes", text.str());

  const auto answer = fixture.call("get_mode_capabilities", R"({"limit":200})");

  CHECK(answer.at("modes").as_array().size() == 30);
  CHECK(answer.at("custom").as_int64() == 25);
}

TEST_CASE("a switch keeps the mode, its context and the one before, and books the time") {
  OperationsFixture fixture;
  fixture.world.files.put(".roo/rules/general.md", "x");
  fixture.world.files.put(".roo/rules-code/style.md", "x");

  const auto first = fixture.call("switch_mode", R"({"target_mode":"architect"})");
  fixture.world.clock.advance(std::chrono::seconds{60});
  const auto second = fixture.call(
      "switch_mode", R"({"target_mode":"code","task_context":"the parser","priority":"todo"})");

  CHECK_FALSE(first.contains("previous_mode"));
  CHECK(second.at("previous_mode").as_string() == "architect");
  CHECK(second.at("closed_task_id") == first.at("task_id"));
  CHECK(second.at("rules_files") ==
        boost::json::array{".roo/rules/general.md", ".roo/rules-code/style.md"});
  CHECK_FALSE(second.at("role_definition").as_string().empty());
  const auto entries = pair_entries(parse_time_table(fixture.world.file("task_timing.tsv")));
  REQUIRE(entries.size() == 2);
  CHECK(entries[1].duration_s == 60);
  CHECK(entries[0].task == "the parser");
  CHECK_FALSE(entries[0].end);
  CHECK(fixture.call("track_task_time", R"({"task_description":"a"})").at("mode").as_string() ==
        "code");
}

TEST_CASE("without tracking no row is opened, and a row closed by hand is no error") {
  OperationsFixture fixture;
  const auto first = fixture.call("switch_mode", R"({"target_mode":"ask"})");
  fixture.call("track_task_time", R"({"task_description":"a","start_tracking":false,"task_id":")" +
                                      std::string(first.at("task_id").as_string()) + "\"}");

  const auto second = fixture.call("switch_mode", R"({"target_mode":"code","track_time":false})");

  CHECK_FALSE(second.contains("task_id"));
  CHECK_FALSE(second.contains("closed_task_id"));
  CHECK(pair_entries(parse_time_table(fixture.world.file("task_timing.tsv"))).size() == 1);
}

TEST_CASE("an unknown mode is refused and nothing is switched") {
  OperationsFixture fixture;
  fixture.call("switch_mode", R"({"target_mode":"ask"})");
  const std::string before = fixture.world.file(".loop/mode.json");

  const Error error = fixture.refuse("switch_mode", R"({"target_mode":"cod"})");

  CHECK(error.code() == Errc::not_found);
  CHECK_THAT(error.message(), Contains("code"));
  CHECK(fixture.world.file(".loop/mode.json") == before);
}
