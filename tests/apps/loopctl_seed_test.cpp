// SPDX-License-Identifier: MIT
// A real workspace of the system that this one replaces: what is read of it, and what a run
// changes.
#include <filesystem>
#include <fstream>
#include <sstream>

#include "apps/loopctl_fixture.hpp"
#include "loop/base/text.h"
#include "support/catch.hpp"

using namespace loop::test;
using Catch::Contains;

namespace {

// A copy of the workspace; false (and a warning) where the fixtures are absent.
bool copy_seed(const LoopctlFixture& fixture) {
  const std::filesystem::path seed = LOOP_SHARED_DIR "/fixtures/seed-workspace";
  if (!std::filesystem::exists(seed)) {
    WARN("skipped: " << seed << " is absent");
    return false;
  }
  std::filesystem::copy(
      seed, fixture.root(),
      std::filesystem::copy_options::recursive | std::filesystem::copy_options::overwrite_existing);
  return true;
}

std::size_t count_lines_changed(const std::string& before, const std::string& after) {
  const auto old_lines = loop::split_lines(before);
  const auto new_lines = loop::split_lines(after);
  REQUIRE(old_lines.size() == new_lines.size());
  std::size_t changed = 0;
  for (std::size_t i = 0; i < old_lines.size(); ++i) {
    if (old_lines[i] != new_lines[i]) ++changed;
  }
  return changed;
}

}  // namespace

TEST_CASE("a run of a schedule of the old system changes three to four lines of schedules.json") {
  LoopctlFixture fixture;
  if (!copy_seed(fixture)) return;
  const std::string before = fixture.read(".roo/schedules.json");
  fixture.write(".loop/config.toml",
                "[engine]\ndefault_agent = \"echo\"\n[agents.echo]\nadapter = \"generic\"\n"
                "command = \"echo\"\nargs = [\"done\"]\n");
  REQUIRE(fixture.run({"trust", "--yes"}).code == 0);
  const auto listed = parse_object(fixture.run({"schedule", "list", "--json"}).out);
  REQUIRE(listed.at("schedules").as_array().size() == 1);
  const std::string id(listed.at("schedules").at(0).at("id").as_string());

  const auto triggered = fixture.run({"schedule", "trigger", id, "--wait"});

  INFO(triggered.err);
  REQUIRE(triggered.code == 0);
  const std::string after = fixture.read(".roo/schedules.json");
  CHECK(after != before);
  const std::size_t changed = count_lines_changed(before, after);
  CHECK(changed >= 3);
  CHECK(changed <= 4);
  CHECK_THAT(fixture.read("task_timing.tsv"), Contains(id));
}

TEST_CASE("looking at a workspace of the old system leaves every byte of it") {
  LoopctlFixture fixture;
  if (!copy_seed(fixture)) return;
  const auto before = fixture.snapshot();

  CHECK(parse_object(fixture.run({"mode", "list", "--json"}).out).at("modes").as_array().size() ==
        30);
  for (const auto& words : std::vector<std::vector<std::string>>{{"status"},
                                                                 {"doctor"},
                                                                 {"schedule", "list"},
                                                                 {"time", "report"},
                                                                 {"time", "check"},
                                                                 {"memory", "show"},
                                                                 {"memory", "lint"},
                                                                 {"todo"}}) {
    fixture.run(words);
  }

  CHECK(fixture.snapshot() == before);
}

TEST_CASE(
    "each operation answers truly of a workspace of the old system, and reading changes nothing") {
  LoopctlFixture fixture;
  if (!copy_seed(fixture)) return;
  const auto call = [&](const std::string& operation, const std::string& arguments = "{}") {
    const auto result = fixture.run({"call", operation, arguments});
    INFO(operation << " " << arguments << ": " << result.out << result.err);
    auto answer = parse_object(result.out);
    CHECK((answer.at("success").as_bool() || operation == "run_validation"));
    return answer;
  };
  const auto before = fixture.snapshot();

  const auto schedules = call("get_schedule_status");
  CHECK(schedules.at("total_schedules").as_int64() == 1);
  CHECK(schedules.at("schedules").at(0).at("next").as_array().size() == 5);
  const auto times = call("get_time_tracking");
  CHECK(times.at("rows").as_int64() == 29);
  CHECK(times.at("unreadable_count").as_int64() == 0);
  const auto memory = call("get_persistent_memory");
  CHECK(memory.at("sections").as_array().size() == 3);
  CHECK(memory.at("findings").as_array().empty());
  const auto todo = call("get_todo_status", R"({"include_completed":true})");
  CHECK(todo.at("total").as_int64() == 27);
  CHECK(todo.at("items").as_array().size() == 27);
  const auto modes = call("get_mode_capabilities");
  CHECK(modes.at("total").as_int64() == 30);
  CHECK(modes.at("custom").as_int64() == 25);
  CHECK(modes.at("built_in").as_int64() == 5);
  CHECK(call("list_runs").at("runs").as_array().empty());
  CHECK(call("read_project_file", R"({"file_path":"TODO.md"})").at("content").as_string() ==
        fixture.read("TODO.md"));
  CHECK(call("list_project_structure").at("entries").as_array().size() == 3);
  CHECK(call("search_in_files", R"({"pattern":"# Development & Debug Commands","literal":true})")
            .at("match_count")
            .as_int64() == 1);
  CHECK(call("get_system_status").at("status").as_string() != "critical");
  CHECK(fixture.snapshot() == before);

  CHECK(call("run_validation", R"({"validation_type":"file_integrity"})").at("errors").as_int64() ==
        0);
  const std::string id(schedules.at("schedules").at(0).at("id").as_string());
  CHECK(call("manage_schedules", R"({"action":"pause","schedule_id":")" + id + "\"}")
            .at("status")
            .as_string() == "paused");
  const auto task = call("track_task_time", R"({"task_description":"t"})");
  CHECK(call("get_time_tracking").at("rows").as_int64() == 30);
  CHECK(call("switch_mode", R"({"target_mode":"ask"})").contains("task_id"));
  call("update_persistent_memory", R"({"section":"status","content":"seen"})");
  CHECK_THAT(fixture.read("persistent-memory.md"), Contains("- Achievement: seen"));
  const std::string todo_text = fixture.read("TODO.md");
  call("backup_file", R"({"file_path":"TODO.md"})");
  call("write_project_file", R"({"file_path":"TODO.md","content":"lost"})");
  call("restore_file", R"({"file_path":"TODO.md"})");
  CHECK(fixture.read("TODO.md") == todo_text);
  CHECK(call("sync_environment").at("success").as_bool());
  CHECK(call("error_recovery", R"({"operation":"x","error_context":{}})")
            .at("consecutive_failures")
            .as_int64() == 1);
}

TEST_CASE("a task is delegated, shown and cancelled in a workspace of the old system") {
  LoopctlFixture fixture;
  if (!copy_seed(fixture)) return;
  fixture.write(".loop/config.toml", "[engine]\ndefault_agent = \"shell\"\n");
  REQUIRE(fixture.run({"trust", "--yes"}).code == 0);

  const auto done = parse_object(
      fixture
          .run({"call", "delegate_task",
                R"({"task_description":"echo said","target_mode":"code","wait_seconds":60})"})
          .out);

  CHECK(done.at("status").as_string() == "succeeded");
  const std::string run = "{\"run_id\":\"" + std::string(done.at("task_id").as_string()) + "\"}";
  CHECK(parse_object(fixture.run({"call", "get_run", run}).out).at("output").as_string() ==
        "said\n");
  const auto refused = parse_object(fixture.run({"call", "cancel_run", run}).out);
  CHECK(refused.at("code").as_string() == "conflict");
}
