// SPDX-License-Identifier: MIT
// A run's folder on a real disk: claims, launches, and what damaged files say.
#include "runner_fixture.hpp"

#include <filesystem>

using namespace loop;
using namespace loop::test;

namespace {

std::string run_folder(const RunnerWorkspace& workspace) {
  return workspace.folder.path(".loop/runs/" + workspace.intent.run.str());
}

}  // namespace

TEST_CASE("a claim makes prompt and intent, for the owner only") {
  RunnerWorkspace workspace;
  workspace.claim("do\nit\xff");
  auto directory = workspace.directory();

  CHECK(*directory.prompt() == "do\nit\xff");
  const auto intent = directory.intent();
  REQUIRE(intent);
  REQUIRE(*intent);
  CHECK((*intent)->schedule_name == "Nightly");
  using std::filesystem::perms;
  const auto permissions = [&](const std::string& name) {
    return std::filesystem::status(run_folder(workspace) + name).permissions();
  };
  CHECK(permissions("") == perms::owner_all);
  CHECK(permissions("/intent.json") == (perms::owner_read | perms::owner_write));
  CHECK(permissions("/prompt.md") == (perms::owner_read | perms::owner_write));
}

TEST_CASE("a run is claimed once") {
  RunnerWorkspace workspace;
  workspace.claim("first");
  const Status again = workspace.directory().claim(workspace.intent, "second");

  REQUIRE_FALSE(again);
  CHECK(again.error().code() == Errc::already_exists);
  CHECK(*workspace.directory().prompt() == "first");
}

TEST_CASE("a folder that a crash left without an intent is claimed anew") {
  for (const bool has_prompt : {false, true}) {
    RunnerWorkspace workspace;
    std::filesystem::create_directories(run_folder(workspace));
    if (has_prompt) write_text(run_folder(workspace) + "/prompt.md", "torn");
    CHECK_FALSE(*workspace.directory().intent());
    workspace.claim("whole");
    CHECK(*workspace.directory().prompt() == "whole");
  }
}

TEST_CASE("what is absent reads as nothing") {
  RunnerWorkspace workspace;
  auto directory = workspace.directory();
  CHECK_FALSE(*directory.intent());
  CHECK(*directory.last_launch() == 0);
  CHECK_FALSE(directory.prompt());

  workspace.claim("x");
  CHECK(*directory.last_launch() == 0);
  CHECK_FALSE(*directory.started(1));
  CHECK_FALSE(*directory.result(1));
  CHECK_FALSE(*directory.stop(1));
  CHECK_FALSE(*directory.last_output(1));
}

TEST_CASE("launches are counted by their folders, whatever else lies there") {
  RunnerWorkspace workspace;
  workspace.claim("x");
  auto directory = workspace.directory();
  for (const int launch : {1, 2, 10, 9}) REQUIRE(directory.make_launch(launch));
  REQUIRE(directory.make_launch(10));
  for (const char* name : {"a", "a0", "a011", "a12x", "b77", "a-5", "a99999999999"}) {
    std::filesystem::create_directory(run_folder(workspace) + "/" + name);
  }
  write_text(run_folder(workspace) + "/a88", "a file");

  CHECK(*directory.last_launch() == 10);
}

TEST_CASE("a damaged file is named and not taken for an absent one") {
  RunnerWorkspace workspace;
  workspace.claim("x");
  auto directory = workspace.directory();
  REQUIRE(directory.make_launch(1));
  for (const char* text : {"", "{", "{\"schema\":1}", "null"}) {
    write_text(run_folder(workspace) + "/a1/result.json", text);
    const auto result = directory.result(1);
    REQUIRE_FALSE(result);
    CHECK(result.error().code() == Errc::invalid_data);
    CHECK(result.error().message().find("a1/result.json") != std::string::npos);
  }
}

TEST_CASE("the last output is the newer of the two logs") {
  RunnerWorkspace workspace;
  workspace.claim("x");
  auto directory = workspace.directory();
  REQUIRE(directory.make_launch(1));
  const auto now = std::filesystem::file_time_type::clock::now();
  const auto write_at = [&](const char* name, std::chrono::seconds ago) {
    const std::string path = run_folder(workspace) + "/a1/" + name;
    write_text(path, "x");
    std::filesystem::last_write_time(path, now - ago);
  };
  write_at("stdout.log", std::chrono::seconds{100});
  const auto first = directory.last_output(1);
  write_at("stderr.log", std::chrono::seconds{40});
  const auto second = directory.last_output(1);

  REQUIRE(*first);
  REQUIRE(*second);
  CHECK(**second - **first == std::chrono::seconds{60});
}

TEST_CASE("a damaged stop request still ends the run") {
  RunnerWorkspace workspace;
  workspace.claim("sleep 1000");
  REQUIRE(workspace.directory().make_launch(1));
  write_text(run_folder(workspace) + "/a1/stop.json", "{");

  CHECK(workspace.run() == 0);
  CHECK(workspace.result().end == AttemptEnd::cancelled);
}
