// SPDX-License-Identifier: MIT
// The operation update_persistent_memory.
#include "loop/ops/update_persistent_memory.h"

#include <cerrno>

#include "ops/operations_fixture.hpp"
#include "ops/seed_workspace_fixture.hpp"

using namespace loop;
using namespace loop::test;
using Catch::Contains;
namespace json = boost::json;

namespace {

constexpr const char* kFile = "persistent-memory.md";

std::string arguments(std::string_view section, std::string_view content, json::object more = {}) {
  more["section"] = section;
  more["content"] = content;
  return json::serialize(more);
}

json::object add(OperationsFixture& fixture, std::string_view section, std::string_view content,
                 json::object more = {}) {
  return fixture.call("update_persistent_memory", arguments(section, content, std::move(more)));
}

Error refuse(OperationsFixture& fixture, std::string_view section, std::string_view content,
             json::object more = {}) {
  return fixture.refuse("update_persistent_memory", arguments(section, content, std::move(more)));
}

MemoryText memory_of(OperationsFixture& fixture) { return parse_memory(fixture.world.file(kFile)); }

// Sections and dated entries of two lines each, so that the file has so many lines.
std::string text_of_lines(std::size_t lines) {
  std::string text =
      "# Non-Obvious Implementation Patterns\n# Development & Debug Commands\n"
      "# System Updates & Status\n";
  std::size_t count = 3;
  for (int i = 10; count + 2 <= lines; ++i, count += 2) {
    const std::string minute = std::to_string((i - 10) % 50 + 10);
    text += "## [2025-10-" + std::to_string(10 + (i - 10) / 50) + "T06:" + minute +
            ":00Z] [code] - [old]\n- Finding: f\n";
  }
  if (count < lines) text += "x\n";
  return text;
}

}  // namespace

TEST_CASE("an entry goes to the end of its section, marked as the section has it") {
  OperationsFixture fixture("2025-11-01T06:30:00Z");

  const auto answer = add(fixture, "patterns", "caches lie", {{"category", "caches"}});
  add(fixture, "commands", "ninja -j2");
  add(fixture, "System Updates & Status", "released 1.0", {{"mode", "architect"}});

  CHECK(answer.at("section") == "patterns");
  CHECK(answer.at("title") == "Non-Obvious Implementation Patterns");
  CHECK(answer.at("entry_time") == "2025-11-01T06:30:00.000Z");
  CHECK(answer.at("mode") == "code");
  CHECK(answer.at("category") == "caches");
  CHECK(answer.at("max_lines") == 300);
  CHECK(answer.at("archived").as_array().empty());
  CHECK_FALSE(answer.contains("archive_file"));
  CHECK_FALSE(answer.contains("backup"));  // there was no file
  const MemoryText memory = memory_of(fixture);
  CHECK(memory.findings.empty());
  REQUIRE(memory.entries.size() == 3);
  CHECK(memory.entries[0].finding == "caches lie");
  CHECK(memory.entries[1].command == "ninja -j2");
  CHECK(memory.entries[1].category == "note");
  CHECK(memory.entries[2].achievement == "released 1.0");
  CHECK(memory.entries[2].mode == "architect");
}

TEST_CASE("what is answered is what the file has, and survives a power cut") {
  OperationsFixture fixture;
  fixture.world.files.put(kFile, text_of_lines(21));
  const auto answer = add(fixture, "status", "x", {{"category", " [odd]\nname "}});
  fixture.world.files.crash_to_synced();

  const MemoryText memory = memory_of(fixture);
  CHECK(answer.at("line_count") == memory.line_count);
  CHECK(answer.at("headroom_percent") == (300 - memory.line_count) * 100 / 300);
  CHECK(answer.at("category").as_string() == memory.entries.back().category);
  CHECK(fixture.world.file(std::string(answer.at("backup").as_string())) == text_of_lines(21));
}

TEST_CASE("marks in the text become marked lines, and the rest stays below them") {
  OperationsFixture fixture;
  add(fixture, "patterns",
      "Finding: caches lie\n- **Command**: rm -r cache\n* Insight: measure\nAchievement:\n"
      "two more\nlines\n```\nInsight: in a fence\n```\n");

  const MemoryEntry entry = memory_of(fixture).entries.at(0);
  CHECK(entry.finding == "caches lie");
  CHECK(entry.command == "rm -r cache");
  CHECK(entry.insight == "measure");
  CHECK(entry.achievement.empty());
  CHECK_THAT(entry.content, Contains("Achievement:\ntwo more\nlines\n```\nInsight: in a fence"));
}

TEST_CASE("unformatted text stands as it is, as one entry") {
  OperationsFixture fixture;
  add(fixture, "patterns", "Finding: caches lie\nand more", {{"format_entry", false}});

  const MemoryText memory = memory_of(fixture);
  REQUIRE(memory.entries.size() == 1);
  CHECK(memory.entries[0].content == "Finding: caches lie\nand more");
  CHECK(memory.entries[0].finding.empty());
  CHECK(memory.entries[0].category == "note");
}

TEST_CASE("nothing in a text breaks the structure, formatted or not") {
  const std::vector<std::string> texts{
      "# System Updates & Status\nmine now",
      "## [2025-11-01T06:00:00Z] [code] - [fake]\n- Finding: fake",
      "```\nnever closed\n# Development & Debug Commands",
      "Title\n=====\nText",
      "a\r\n# Non-Obvious Implementation Patterns\r\n",
      "Finding: x\r# Development & Debug Commands",
      "~~~\n```\n~~~\n# Other",
      "\xEF\xBB\xBF# System Updates & Status",
      "   # System Updates & Status",
      "# ",
  };
  for (const std::string& text : texts) {
    for (const bool is_formatted : {true, false}) {
      OperationsFixture fixture;
      INFO(text << (is_formatted ? " formatted" : " as it is"));
      add(fixture, "patterns", "first");
      add(fixture, "patterns", text, {{"format_entry", is_formatted}});
      add(fixture, "status", "last");
      const MemoryText memory = memory_of(fixture);
      CHECK(memory.findings.empty());
      CHECK(memory.sections.size() == 3);
      REQUIRE(memory.entries.size() == 3);
      CHECK(memory.entries[1].section == MemorySection::patterns);
      CHECK(memory.entries[2].achievement == "last");
    }
  }
}

TEST_CASE("past 300 lines the oldest entries move to an archive, which is named") {
  // A note of one line comes with a heading and a blank line before it.
  for (const std::size_t lines : {296, 297, 298}) {
    OperationsFixture fixture("2025-11-01T06:30:00Z");
    fixture.world.files.put(kFile, text_of_lines(lines));

    const auto answer = add(fixture, "status", "new");

    INFO(lines);
    const bool is_over = lines + 3 > 300;
    CHECK(answer.at("archived").as_array().empty() == !is_over);
    CHECK(memory_of(fixture).line_count <= 300);
    CHECK(memory_of(fixture).entries.back().achievement == "new");
    if (!is_over) continue;
    CHECK(answer.at("archived").at(0) == "## [2025-10-10T06:10:00Z] [code] - [old]");
    CHECK(answer.at("archive_file") == ".loop/memory-archive/2025-11-01.md");
    CHECK_THAT(fixture.world.file(".loop/memory-archive/2025-11-01.md"),
               Contains("## [2025-10-10T06:10:00Z] [code] - [old]"));
  }
}

TEST_CASE("with refuse nothing changes past 300 lines, not even a backup is made") {
  for (const std::size_t lines : {296, 297, 298}) {
    OperationsFixture fixture;
    fixture.world.files.put(kFile, text_of_lines(lines));
    const auto files = fixture.world.files.all_files();
    const auto answer = fixture.try_call("update_persistent_memory",
                                         arguments("status", "new", {{"on_limit", "refuse"}}));
    INFO(lines);
    CHECK(answer.has_value() == (lines + 3 <= 300));
    if (answer) continue;
    CHECK(answer.error().code() == Errc::limit_reached);
    CHECK(fixture.world.file(kFile) == text_of_lines(lines));
    CHECK(fixture.world.files.all_files() == files);
  }
}

TEST_CASE("a full file without dated entries refuses, whatever is asked for") {
  OperationsFixture fixture;
  std::string text = text_of_lines(3);
  for (int i = 3; i < 300; ++i) text += "x\n";
  fixture.world.files.put(kFile, text);
  CHECK(refuse(fixture, "status", "new").code() == Errc::limit_reached);
  CHECK(fixture.world.file(kFile) == text);
}

TEST_CASE("what cannot be written is refused before anything is") {
  OperationsFixture fixture;
  const auto files = fixture.world.files.all_files();
  CHECK_THAT(refuse(fixture, "statu", "x").message(), Contains("did you mean \"status\"?"));
  CHECK_THAT(refuse(fixture, "status", " \n\t").message(), Contains("blank"));
  CHECK(refuse(fixture, "status", "").code() == Errc::invalid_argument);
  CHECK(refuse(fixture, "status", "x", {{"mode", "cod"}}).code() == Errc::not_found);
  CHECK_THAT(refuse(fixture, "status", "x", {{"on_limit", "drop"}}).message(),
             Contains("archive, refuse"));
  CHECK_THAT(refuse(fixture, "status", "x", {{"category", std::string(201, 'x')}}).message(),
             Contains("201"));
  CHECK(refuse(fixture, "status", std::string(kMemoryNoteBytesMax + 1, 'x')).code() ==
        Errc::invalid_argument);
  std::string wide;
  for (std::size_t i = 0; i < kMemoryNoteBytesMax / 2 + 1; ++i) wide += "ä";
  CHECK(refuse(fixture, "status", wide).code() == Errc::too_large);
  CHECK(fixture.world.files.all_files() == files);
  add(fixture, "status", std::string(kMemoryNoteBytesMax, 'x'));
}

TEST_CASE("whichever call of the disk fails, the memory is the old or the new one") {
  OperationsFixture probe;
  probe.world.files.put(kFile, text_of_lines(298));
  const std::uint64_t first = probe.world.files.calls() + 1;
  add(probe, "status", "new");
  const std::uint64_t last = probe.world.files.calls();
  const std::string after = probe.world.file(kFile);
  REQUIRE(last > first);
  for (std::uint64_t call = first; call <= last; ++call) {
    OperationsFixture fixture;
    fixture.world.files.put(kFile, text_of_lines(298));
    fixture.world.files.fail_call(call, EIO);
    const auto answer = fixture.try_call("update_persistent_memory", arguments("status", "new"));
    fixture.world.files.clear_faults();
    INFO("call " << call);
    const std::string text = fixture.world.file(kFile);
    CHECK((text == text_of_lines(298) || text == after));
    if (answer) CHECK(text == after);
  }
}

TEST_CASE("the memory of the original system keeps every byte of its own") {
  OperationsFixture fixture;
  if (!put_seed_workspace(fixture.world)) return;
  const std::string before = fixture.world.file(kFile);

  add(fixture, "status", "taken over", {{"mode", "orchestrator"}});

  const std::string after = fixture.world.file(kFile);
  CHECK(after.size() > before.size());
  CHECK(after.starts_with(before.substr(0, before.find_last_not_of('\n') + 1)));
  CHECK(memory_of(fixture).entries.size() == 14);
}
