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
