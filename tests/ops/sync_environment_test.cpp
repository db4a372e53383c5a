// SPDX-License-Identifier: MIT
// A sync tells what changed since the one before, by content, and puts the schedules' times right.
#include "loop/store/file_content.h"
#include "ops/operations_fixture.hpp"
#include "support/catch.hpp"

#include <map>

using namespace loop;
using namespace loop::test;
using Catch::Matchers::Contains;

namespace {

const std::string kSchedule =
    R"({"id": "1", "name": "a", "mode": "code", "taskInstructions": "t", "scheduleType": "time",
      "timeInterval": "10", "timeUnit": "minute", "active": true})";

class Synced : public OperationsFixture {
 public:
  void write(std::string_view path, std::string_view text) {
    REQUIRE(replace_file(world.files, world.random, RelativePath::of(std::string(path)), text));
  }
  // component -> change
  static std::map<std::string, std::string> changes(const boost::json::object& answer) {
    std::map<std::string, std::string> found;
    for (const auto& file : answer.at("files").as_array()) {
      found[std::string(file.at("component").as_string())] =
          std::string(file.at("change").as_string());
    }
    return found;
  }
  std::string problem(const boost::json::object& answer, std::string_view component) {
    for (const auto& item : answer.at("files").as_array()) {
      const auto& file = item.as_object();
      if (file.at("component").as_string() == component && file.contains("problem")) {
        return std::string(file.at("problem").as_string());
      }
    }
    return {};
  }
};

}  // namespace

TEST_CASE("the first sync finds files added, the second unchanged, the third what was edited") {
  Synced workspace;
  workspace.write("TODO.md", "- [ ] a\n");
  workspace.write(".roomodes", "customModes: []\n");

  auto changes = Synced::changes(workspace.call("sync_environment"));
  CHECK(changes == std::map<std::string, std::string>{{"schedules", "absent"},
                                                      {"modes", "added"},
                                                      {"timing", "absent"},
                                                      {"memory", "absent"},
                                                      {"todo", "added"},
                                                      {"config", "absent"}});

  const auto second = workspace.call("sync_environment");
  CHECK(second.at("changed").as_int64() == 0);
  CHECK(second.at("success").as_bool());
  CHECK(second.at("verified").as_bool());

  workspace.write("TODO.md", "- [x] a\n");
  REQUIRE(workspace.world.files.remove(RelativePath::of(".roomodes")));
  const auto third = workspace.call("sync_environment");
  changes = Synced::changes(third);
  CHECK(changes["todo"] == "changed");
  CHECK(changes["modes"] == "removed");
  CHECK(third.at("changed").as_int64() == 2);
}

TEST_CASE("each type looks at its own files") {
  Synced workspace;
  const auto names = [&](std::string_view type) {
    std::string text;
    const auto answer = workspace.call(
        "sync_environment", std::string(R"({"sync_type": ")") + std::string(type) + "\"}");
    for (const auto& [name, change] : Synced::changes(answer)) text += name + " ";
    return text;
  };
  CHECK(names("full") == "config memory modes schedules timing todo ");
  CHECK(names("files") == "memory modes schedules timing todo ");
  CHECK(names("config") == "config ");
  CHECK(names("modes") == "modes ");
  CHECK(names("schedules") == "schedules ");
  CHECK(names("commands").empty());
}

TEST_CASE("targets narrow a sync, and what is no part of it is refused by name") {
  Synced workspace;
  const auto answer = workspace.call("sync_environment", R"({"target_components": ["todo"]})");
  CHECK(Synced::changes(answer) == std::map<std::string, std::string>{{"todo", "absent"}});

  const Error error = workspace.refuse("sync_environment",
                                       R"({"sync_type": "files", "target_components": ["tod"]})");
  CHECK(error.code() == Errc::invalid_argument);
  CHECK_THAT(error.message(), Contains("did you mean \"todo\"") && Contains("schedules, modes"));
}

TEST_CASE("a file that does not parse is a problem, and the others are still told") {
  Synced workspace;
  workspace.write(".roo/schedules.json", "{");
  workspace.write("TODO.md", "- [ ] a\n");

  const auto answer = workspace.call("sync_environment");

  CHECK_FALSE(answer.at("success").as_bool());
  CHECK_THAT(workspace.problem(answer, "schedules"), Contains("line 1"));
  CHECK(Synced::changes(answer)["todo"] == "added");
  CHECK(workspace.world.file(".roo/schedules.json") == "{");
}

TEST_CASE("the times that schedules.json shows are put right, once") {
  Synced workspace;
  workspace.world.write_schedules({kSchedule});
  workspace.world.start_engine();
  workspace.world.run_until("2025-11-01T06:45:00Z");
  workspace.world.kill_engine();
  const std::string right = workspace.world.field("1", "nextExecutionTime");
  REQUIRE(right == "2025-11-01T06:50:00.000Z");
  std::string text = workspace.world.file(".roo/schedules.json");
  text.replace(text.find(right), right.size(), "2001-01-01T00:00:00.000Z");
  workspace.write(".roo/schedules.json", text);

  CHECK(workspace.call("sync_environment").at("schedules_updated").as_int64() == 1);
  CHECK(workspace.world.field("1", "nextExecutionTime") == right);
  const auto second = workspace.call("sync_environment");
  CHECK(second.at("schedules_updated").as_int64() == 0);
  CHECK(Synced::changes(second)["schedules"] == "unchanged");
}

TEST_CASE("a damaged record is begun anew") {
  Synced workspace;
  workspace.write("TODO.md", "- [ ] a\n");
  workspace.call("sync_environment");
  workspace.write(".loop/sync.json", "{\"synced\": ");

  const auto answer = workspace.call("sync_environment");

  CHECK(Synced::changes(answer)["todo"] == "added");
  CHECK(answer.at("success").as_bool());
}

TEST_CASE("a cancelled sync notes nothing") {
  Synced workspace;
  workspace.write("TODO.md", "- [ ] a\n");
  workspace.is_cancelled = true;
  CHECK(workspace.refuse("sync_environment").code() == Errc::cancelled);
  workspace.is_cancelled = false;
  CHECK(Synced::changes(workspace.call("sync_environment"))["todo"] == "added");
}

TEST_CASE("a refused configuration is a problem of its component") {
  Synced workspace;
  OperationContext context = workspace.context();
  context.configuration_problem = Error(Errc::invalid_data, "config.toml:3: unknown key");
  const auto answer = call_operation(context, **require_operation("sync_environment"),
                                     boost::json::object{{"sync_type", "config"}});
  REQUIRE(answer);
  CHECK_FALSE(answer->at("success").as_bool());
  CHECK(workspace.problem(*answer, "config") == "config.toml:3: unknown key");
}
