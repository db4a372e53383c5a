// SPDX-License-Identifier: MIT
// The operation get_persistent_memory.
#include "loop/ops/get_persistent_memory.h"

#include "loop/base/sha256.h"
#include "ops/operations_fixture.hpp"
#include "ops/seed_workspace_fixture.hpp"

using namespace loop;
using namespace loop::test;
using Catch::Contains;
namespace json = boost::json;

namespace {

constexpr const char* kFile = "persistent-memory.md";
constexpr const char* kText =
    "# Non-Obvious Implementation Patterns\n\n## Core\n- Polling beats threads\n- Caches lie\n\n"
    "# Development & Debug Commands\n\n"
    "## [2025-11-01T06:00:00Z] [debug] - [build]\n- Command: ninja -j2\n- Insight: two at a time\n"
    "more\n\n"
    "# System Updates & Status\n\n"
    "## [2025-11-01T07:00:00Z] [code] - [release]\n- Finding: it works\n- Achievement: released\n";

json::object section_of(const json::object& answer, std::string_view word) {
  for (const json::value& section : answer.at("sections").as_array()) {
    if (section.at("section").as_string() == word) return section.as_object();
  }
  FAIL("no section " << word);
  return {};
}

// As many lines as asked for, in three sections.
std::string text_of_lines(std::size_t lines) {
  std::string text =
      "# Non-Obvious Implementation Patterns\n# Development & Debug Commands\n"
      "# System Updates & Status\n";
  for (std::size_t i = 3; i < lines; ++i) text += "x\n";
  return text;
}

}  // namespace

TEST_CASE("the memory is told by its three sections, entries and what belongs to none") {
  OperationsFixture fixture;
  fixture.world.files.put(kFile, kText);

  const auto answer = fixture.call("get_persistent_memory");

  CHECK(answer.at("sections").as_array().size() == 3);
  const auto patterns = section_of(answer, "patterns");
  CHECK(patterns.at("title") == "Non-Obvious Implementation Patterns");
  CHECK(patterns.at("line") == 1);
  CHECK(patterns.at("text") == "## Core\n- Polling beats threads\n- Caches lie");
  CHECK(patterns.at("entries").as_array().empty());
  const auto commands = section_of(answer, "commands");
  CHECK(commands.at("text") == "");
  CHECK(commands.at("entries").at(0) ==
        json::value{{"timestamp", "2025-11-01T06:00:00.000Z"},
                    {"mode", "debug"},
                    {"category", "build"},
                    {"finding", ""},
                    {"command", "ninja -j2"},
                    {"achievement", ""},
                    {"insight", "two at a time"},
                    {"content", "- Command: ninja -j2\n- Insight: two at a time\nmore"},
                    {"line", 9}});
  CHECK(section_of(answer, "status").at("entries").at(0).at("achievement") == "released");
  CHECK(answer.at("entry_count") == 2);
  CHECK(answer.at("match_count") == 2);
  CHECK(answer.at("line_count") == 18);
  CHECK(answer.at("max_lines") == 300);
  CHECK(answer.at("headroom_percent") == 94);
  CHECK(answer.at("findings").as_array().empty());
  CHECK_FALSE(answer.at("truncated").as_bool());
  CHECK_FALSE(answer.contains("metadata"));
}

TEST_CASE("one section is told by its word or its title, whatever the case") {
  OperationsFixture fixture;
  fixture.world.files.put(kFile, kText);
  for (const char* name : {"commands", "Commands", "Development & Debug Commands",
                           "# Development & Debug Commands", "development & debug commands"}) {
    const auto answer =
        fixture.call("get_persistent_memory", json::serialize(json::object{{"section", name}}));
    INFO(name);
    REQUIRE(answer.at("sections").as_array().size() == 1);
    CHECK(answer.at("sections").at(0).at("section") == "commands");
    CHECK(answer.at("entry_count") == 1);
  }
  const Error refused = fixture.refuse("get_persistent_memory", R"({"section":"comands"})");
  CHECK(refused.code() == Errc::invalid_argument);
  CHECK_THAT(refused.message(),
             Contains("did you mean \"commands\"?") && Contains("System Updates & Status"));
}

TEST_CASE("a search gives the entries and lines that match") {
  OperationsFixture fixture;
  fixture.world.files.put(kFile, kText);
  const auto search = [&](const std::string& pattern) {
    return fixture.call("get_persistent_memory",
                        json::serialize(json::object{{"search_pattern", pattern}}));
  };
  const auto by_content = search("NINJA|caches");
  CHECK(by_content.at("entry_count") == 2);
  CHECK(by_content.at("match_count") == 1);
  CHECK(section_of(by_content, "patterns").at("text") == "- Caches lie");
  CHECK(section_of(by_content, "commands").at("entries").as_array().size() == 1);
  CHECK(section_of(by_content, "status").at("entries").as_array().empty());
  CHECK(search("^release$").at("match_count") == 1);  // by category
  CHECK(search("^debug$").at("match_count") == 1);    // by mode
  CHECK(search("nowhere").at("match_count") == 0);

  const Error refused = fixture.refuse("get_persistent_memory", R"~({"search_pattern":"(?=a)"})~");
  CHECK(refused.code() == Errc::invalid_argument);
  CHECK_THAT(refused.message(), Contains("search_pattern") && Contains("look-around"));
  CHECK(fixture.refuse("get_persistent_memory", R"({"search_pattern":""})").code() ==
        Errc::invalid_argument);
}

TEST_CASE("metadata are of the file and of its archives") {
  OperationsFixture fixture("2025-11-01T06:00:00Z");
  CHECK(
      fixture.call("get_persistent_memory", R"({"include_metadata":true})").at("metadata") ==
      json::value{{"path", kFile}, {"size", 0}, {"sha256", ""}, {"archive_files", json::array{}}});
  fixture.world.files.put(kFile, kText);
  fixture.world.files.put(".loop/memory-archive/2025-10-01.md", "x");
  fixture.world.files.put(".loop/memory-archive/2025-10-02.md", "x");

  const auto answer = fixture.call("get_persistent_memory", R"({"include_metadata":true})");

  CHECK(
      answer.at("metadata") ==
      json::value{{"path", kFile},
                  {"size", static_cast<std::int64_t>(std::string_view(kText).size())},
                  {"modified", "2025-11-01T06:00:00.000Z"},
                  {"sha256", sha256_hex(kText)},
                  {"archive_files",
                   {".loop/memory-archive/2025-10-02.md", ".loop/memory-archive/2025-10-01.md"}}});
}

TEST_CASE("headroom is what is left of 300 lines, and passing them is a finding") {
  OperationsFixture fixture;
  const auto with_lines = [&](std::size_t lines) {
    fixture.world.files.put(kFile, text_of_lines(lines));
    return fixture.call("get_persistent_memory");
  };
  CHECK(with_lines(150).at("headroom_percent") == 50);
  CHECK(with_lines(299).at("headroom_percent") == 0);
  CHECK(with_lines(300).at("findings").as_array().empty());
  const auto over = with_lines(301);
  CHECK(over.at("headroom_percent") == 0);
  CHECK(over.at("line_count") == 301);
  REQUIRE(over.at("findings").as_array().size() == 1);
  CHECK(over.at("findings").at(0).at("rule") == "line_limit");
}

TEST_CASE("a file without sections, or none at all, is told as it is") {
  OperationsFixture fixture;
  const auto absent = fixture.call("get_persistent_memory");
  CHECK(absent.at("findings").as_array().size() == 3);
  CHECK(absent.at("line_count") == 0);
  CHECK(absent.at("headroom_percent") == 100);
  CHECK(section_of(absent, "status").at("line") == 0);
  CHECK(fixture.world.file(kFile).empty());

  fixture.world.files.put(kFile, "# System Updates & Status\na\n# System Updates & Status\nb\n");
  const auto twice = fixture.call("get_persistent_memory", R"({"section":"status"})");
  CHECK(twice.at("sections").at(0).at("text") == "a\nb");
  CHECK(twice.at("sections").at(0).at("line") == 1);
}

TEST_CASE("an answer that gets too long is cut, and says so") {
  OperationsFixture fixture;
  const std::string big(kMemoryAnswerBytesMax / 2, 'x');
  std::string text = "# System Updates & Status\n";
  for (int i = 0; i < 3; ++i) text += "## [2025-11-01T06:00:00Z] [code] - [n]\n" + big + "\n";
  fixture.world.files.put(kFile, text);

  const auto answer = fixture.call("get_persistent_memory");

  CHECK(answer.at("truncated").as_bool());
  CHECK(answer.at("entry_count") == 3);
  CHECK(section_of(answer, "status").at("entries").as_array().size() == 1);
}

TEST_CASE("bytes that are no UTF-8 become a finding and valid text") {
  OperationsFixture fixture;
  fixture.world.files.put(kFile, text_of_lines(3) + "a\xff\n");
  const auto answer = fixture.call("get_persistent_memory");
  CHECK(answer.at("findings").at(0).at("rule") == "invalid_utf8");
  CHECK(section_of(answer, "status").at("text") == "a\xEF\xBF\xBD");
}

TEST_CASE("the memory of the original system has its three sections and 13 dated entries") {
  OperationsFixture fixture;
  if (!put_seed_workspace(fixture.world)) return;

  const auto answer = fixture.call("get_persistent_memory");

  CHECK(answer.at("sections").as_array().size() == 3);
  CHECK(answer.at("entry_count") == 13);
  CHECK(answer.at("line_count") == 256);
  CHECK(answer.at("headroom_percent") == 14);
  CHECK(answer.at("findings").as_array().empty());
  CHECK_FALSE(section_of(answer, "patterns").at("text").as_string().empty());
}
