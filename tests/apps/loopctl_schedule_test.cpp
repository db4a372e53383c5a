// SPDX-License-Identifier: MIT
// Making a workspace, and schedules as people make and change them.
#include <filesystem>

#include "apps/loopctl_fixture.hpp"
#include "support/catch.hpp"

using namespace loop::test;
using Catch::Contains;

namespace {

boost::json::object first_schedule(const LoopctlFixture& fixture) {
  const auto file = parse_object(fixture.read(".roo/schedules.json"));
  return file.at("schedules").as_array().at(0).as_object();
}

}  // namespace

TEST_CASE("init makes what is missing and touches nothing that is there") {
  LoopctlFixture fixture;
  fixture.write("TODO.md", "mine");

  const auto made = fixture.run({"init"});

  CHECK(made.code == 0);
  CHECK_THAT(made.out, Contains("schedules.json") && !Contains("TODO.md"));
  CHECK(fixture.read("TODO.md") == "mine");
  const auto before = fixture.snapshot();
  const auto again = fixture.run({"init"});
  CHECK(again.code == 0);
  CHECK(again.out.empty());
  CHECK(fixture.snapshot() == before);
}

TEST_CASE("init takes a folder that does not exist yet") {
  LoopctlFixture fixture;
  CHECK(fixture.run({"init", "a/b", "--dry-run"}).code == 0);
  CHECK_FALSE(std::filesystem::exists(fixture.root() + "/a"));

  CHECK(fixture.run({"init", "a/b"}).code == 0);

  CHECK_FALSE(fixture.read("a/b/.roo/schedules.json").empty());
  CHECK(fixture.run({"-C", "a/b", "doctor"}).code == 0);
}

TEST_CASE("the workspace is found upwards, by -C and by LOOP_ROOT") {
  LoopctlFixture fixture;
  fixture.make_workspace();
  std::filesystem::create_directories(fixture.root() + "/deep/er");
  CHECK_THAT(fixture.run({"-C", "deep/er", "status"}).out, Contains(fixture.root()));
  fixture.environment["LOOP_ROOT"] = fixture.root();
  auto elsewhere = fixture.spec({"status"});
  elsewhere.directory = "/";
  CHECK(run_program(elsewhere).code == 0);
  CHECK(fixture.run({"-C", "/nowhere/at/all", "status"}).code == 3);
  CHECK(fixture.run({"-C", "TODO.md", "status"}).code == 2);
}

TEST_CASE("a new schedule has all fields of Roo Scheduler's form in its order") {
  LoopctlFixture fixture;
  fixture.make_workspace();
  const auto added = fixture.run({"schedule", "add", "--name", "tidy", "--instructions", "Tidy"});
  REQUIRE(added.code == 0);

  const auto schedule = first_schedule(fixture);

  std::string keys;
  for (const auto& [key, value] : schedule) keys += std::string(key) + " ";
  CHECK(keys ==
        "id name mode modeDisplayName taskInstructions scheduleType timeInterval timeUnit "
        "selectedDays startDate startHour startMinute expirationDate expirationHour "
        "expirationMinute requireActivity active taskInteraction inactivityDelay createdAt "
        "updatedAt ");
  CHECK(std::string(schedule.at("id").as_string()) + "\n" == added.out);
  CHECK(schedule.at("timeInterval").as_string() == "10");
  CHECK(schedule.at("timeUnit").as_string() == "minute");
  CHECK(schedule.at("mode").as_string() == "code");
  CHECK(schedule.at("inactivityDelay").as_string() == "10");
}

TEST_CASE("timing can be said in one word") {
  LoopctlFixture fixture;
  fixture.make_workspace();
  const auto add = [&](std::vector<std::string> more) {
    std::vector<std::string> words{"schedule", "add", "--name", "x", "--instructions", "y"};
    words.insert(words.end(), more.begin(), more.end());
    const auto added = fixture.run(words);
    INFO(added.err);
    REQUIRE(added.code == 0);
    const auto file = parse_object(fixture.read(".roo/schedules.json"));
    return file.at("schedules").as_array().back().as_object();
  };
  CHECK(add({"--every", "2h"}).at("timeUnit").as_string() == "hour");
  CHECK(add({"--every", "90m"}).at("timeInterval").as_string() == "90");
  CHECK(add({"--every", "1d"}).at("timeUnit").as_string() == "day");
  CHECK(add({"--cron", "0 9 * * 1-5"}).at("scheduleType").as_string() == "cron");
  const auto once = add({"--at", "2099-11-03T10:30"});
  CHECK(once.at("scheduleType").as_string() == "once");
  CHECK(once.at("startDate").as_string() == "2099-11-03");
  CHECK(once.at("startHour").as_string() == "10");
  CHECK(once.at("startMinute").as_string() == "30");
  const auto days = add({"--days", "mon,tue", "--timezone", "Europe/Warsaw"});
  CHECK(days.at("selectedDays").at("mon").as_bool());
  CHECK_FALSE(days.at("selectedDays").at("sun").as_bool());
  CHECK(days.at("loop").at("timezone").as_string() == "Europe/Warsaw");
}

TEST_CASE("what a schedule cannot be is refused before anything is written") {
  LoopctlFixture fixture;
  fixture.make_workspace();
  const auto before = fixture.snapshot();
  const auto refuse = [&](std::vector<std::string> more, int code, const std::string& told) {
    std::vector<std::string> words{"schedule", "add", "--name", "x", "--instructions", "y"};
    words.insert(words.end(), more.begin(), more.end());
    const auto refused = fixture.run(words);
    INFO(refused.err);
    CHECK(refused.code == code);
    CHECK_THAT(refused.err, Contains(told));
  };
  refuse({"--every", "30s"}, 2, "whole minutes");
  refuse({"--interval", "0"}, 2, "1 to 1000000");
  refuse({"--interval", "1000001"}, 2, "1 to 1000000");
  refuse({"--unit", "week"}, 2, "minute, hour, day");
  refuse({"--cron", "61 * * * *"}, 2, "61");
  refuse({"--timezone", "Europe/Warszawa"}, 2, "Europe/Warszawa");
  refuse({"--mode", "cod"}, 3, "did you mean \"code\"");
  refuse({"--at", "tomorrow"}, 2, "2025-11-03T10:30");
  refuse({"--cwd", "../elsewhere"}, 2, "..");
  refuse({"--every", "1h", "--interval", "2"}, 2, "together");
  CHECK(fixture.run({"schedule", "add", "--instructions", "y"}).code == 2);
  CHECK(fixture.run({"schedule", "add", "--name", "x"}).code == 2);
  CHECK(fixture.snapshot() == before);
}

TEST_CASE("an edit changes the bytes of its values only") {
  LoopctlFixture fixture;
  fixture.make_workspace();
  fixture.write(
      ".roo/schedules.json",
      "{\"version\": 2,\n\t\"schedules\": [ {\"id\":\"7\", \"name\":\"a\", \"mode\":\"code\","
      " \"taskInstructions\":\"t\", \"scheduleType\":\"time\", \"timeInterval\": 10,"
      " \"timeUnit\":\"minute\", \"x\": 1e400} ] }");

  CHECK(fixture.run({"schedule", "edit", "a", "--interval", "15"}).code == 0);

  const std::string text = fixture.read(".roo/schedules.json");
  CHECK_THAT(text, Contains("\"timeInterval\": 15,") && Contains("\"x\": 1e400") &&
                       Contains("{\"version\": 2,\n\t\"schedules\": [ {\"id\":\"7\""));
  const auto before = fixture.snapshot();
  CHECK(fixture.run({"schedule", "edit", "7", "--interval", "15"}).code == 0);
  CHECK(fixture.snapshot() == before);
}

TEST_CASE("schedules are found by id or name, with a suggestion when not") {
  LoopctlFixture fixture;
  fixture.make_workspace();
  for (int i = 0; i < 2; ++i) {
    REQUIRE(fixture.run({"schedule", "add", "--name", "twin", "--instructions", "y"}).code == 0);
  }
  CHECK(fixture.run({"schedule", "show", "twin"}).code == 4);
  const auto missing = fixture.run({"schedule", "show", "twim"});
  CHECK(missing.code == 3);
  CHECK_THAT(missing.err, Contains("did you mean \"twin\""));
}

TEST_CASE("enable, disable, pause, resume and delete do what they say") {
  LoopctlFixture fixture;
  fixture.make_workspace();
  REQUIRE(fixture.run({"schedule", "add", "--name", "a", "--instructions", "y"}).code == 0);
  CHECK(fixture.run({"schedule", "disable", "a"}).code == 0);
  CHECK_FALSE(first_schedule(fixture).at("active").as_bool());
  CHECK_THAT(fixture.run({"schedule", "list"}).out, !Contains("inactive"));
  CHECK_THAT(fixture.run({"schedule", "list", "--all"}).out, Contains("inactive"));
  CHECK(fixture.run({"schedule", "enable", "a"}).code == 0);
  CHECK(first_schedule(fixture).at("active").as_bool());
  CHECK(fixture.run({"schedule", "pause", "a", "--note", "broken"}).code == 0);
  CHECK_THAT(fixture.run({"schedule", "list"}).out, Contains("paused (broken)"));
  CHECK(fixture.run({"schedule", "resume", "a"}).code == 0);
  CHECK_THAT(fixture.run({"schedule", "list"}).out, Contains("active"));
  CHECK(fixture.run({"schedule", "delete", "a"}).code == 0);
  CHECK(fixture.run({"schedule", "delete", "a"}).code == 3);
}

TEST_CASE("schedule next answers for one object without a workspace") {
  LoopctlFixture fixture;
  const std::string object =
      "{\"name\":\"x\",\"scheduleType\":\"time\",\"timeInterval\":\"10\",\"timeUnit\":\"minute\","
      "\"lastExecutionTime\":\"2025-11-01T06:28:04.939Z\"}";
  const auto ask = [&](const std::string& given) {
    return fixture.run({"schedule", "next", "--from", "-", "--timezone", "Etc/UTC", "--now",
                        "2025-11-01T06:28:04.950Z", "-n", "2", "--json"},
                       given);
  };
  CHECK(ask(object).out ==
        "{\"state\":\"active\",\"reason\":null,"
        "\"next\":[\"2025-11-01T06:38:00.000Z\",\"2025-11-01T06:48:00.000Z\"]}\n");
  const auto invalid = parse_object(ask("{\"timeInterval\":\"-5\",\"timeUnit\":\"minute\"}").out);
  CHECK(invalid.at("state").as_string() == "invalid");
  CHECK_FALSE(invalid.at("reason").as_string().empty());
  CHECK(ask("{}").code == 0);
  CHECK(ask("not json").code == 7);
  CHECK(ask("").code == 7);
  CHECK(fixture.run({"schedule", "next"}).code == 2);
}

TEST_CASE("a dry run writes nothing at all") {
  LoopctlFixture fixture;
  const std::string id = fixture.make_job("true");
  fixture.write("TODO.md", "- [ ] one\n- [x] two\n");
  REQUIRE(fixture.run({"time", "start", "t", "--id", "t1"}).code == 0);
  REQUIRE(fixture.run({"schedule", "trigger", "job", "--wait"}).code == 0);
  const auto runs = parse_object(fixture.run({"runs", "list", "--json"}).out);
  const std::string run(runs.at("runs").as_array().at(0).at("id").as_string());
  const auto before = fixture.snapshot();
  for (const auto& words : std::vector<std::vector<std::string>>{
           {"init"},
           {"init", "new"},
           {"trust", "--revoke"},
           {"schedule", "add", "--name", "b", "--instructions", "y"},
           {"schedule", "edit", "job", "--name", "other"},
           {"schedule", "disable", "job"},
           {"schedule", "enable", "job"},
           {"schedule", "pause", "job"},
           {"schedule", "resume", "job"},
           {"schedule", "delete", "job"},
           {"schedule", "trigger", "job"},
           {"runs", "retry", run},
           {"time", "start", "another"},
           {"time", "stop", "t1"},
           {"memory", "append", "text"},
           {"memory", "compact"},
           {"todo", "done", "1"},
           {"todo", "undone", "2"}}) {
    std::vector<std::string> asked = words;
    asked.emplace_back("--dry-run");
    const auto result = fixture.run(asked);
    INFO(words[0] << " " << words.back() << ": " << result.err);
    CHECK(result.code == 0);
    CHECK(fixture.snapshot() == before);
  }
}
