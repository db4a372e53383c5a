// SPDX-License-Identifier: MIT
// The operation get_schedule_status.
#include "loop/ops/get_schedule_status.h"
#include "ops/operations_fixture.hpp"
#include "ops/seed_workspace_fixture.hpp"
#include "sim/engine/behaviour_fixture.hpp"

using namespace loop;
using namespace loop::test;
using Catch::Contains;
using loop::sim::schedule_json;
namespace json = boost::json;

namespace {

json::array schedules_in(const json::object& answer) { return answer.at("schedules").as_array(); }

json::object only_schedule(OperationsFixture& fixture, std::string_view arguments = "{}") {
  const json::array schedules = schedules_in(fixture.call("get_schedule_status", arguments));
  REQUIRE(schedules.size() == 1);
  return schedules[0].as_object();
}

std::string status_of(OperationsFixture& fixture) {
  return std::string(only_schedule(fixture).at("status").as_string());
}

std::string keys_of(const json::object& object) {
  std::string keys;
  for (const auto& member : object) keys += std::string(member.key()) + " ";
  return keys;
}

std::string next_of(const json::object& schedule) {
  std::string times;
  for (const json::value& slot : schedule.at("next").as_array()) {
    times += std::string(slot.as_string()).substr(11, 5) + " ";
  }
  return times;
}

}  // namespace

TEST_CASE("a schedule is told with exactly these members, null where there is nothing") {
  OperationsFixture fixture("2025-11-01T06:30:00Z");
  fixture.world.write_schedules({schedule_json({{"createdAt", "\"2025-10-26T12:38:23.261Z\""}})});

  const json::object schedule = only_schedule(fixture);

  CHECK(keys_of(schedule) ==
        "id name mode status next_execution last_execution next last_run consecutive_failures "
        "created_at updated_at task_instructions_preview ");
  CHECK(schedule.at("id") == "q");
  CHECK(schedule.at("name") == "Q");
  CHECK(schedule.at("mode") == "code");
  CHECK(schedule.at("status") == "active");
  CHECK(schedule.at("next_execution") == "2025-11-01T06:38:00.000Z");
  CHECK(schedule.at("last_execution") == "2025-11-01T06:28:04.939Z");
  CHECK(next_of(schedule) == "06:38 06:48 06:58 07:08 07:18 ");
  CHECK(schedule.at("last_run").is_null());
  CHECK(schedule.at("consecutive_failures") == 0);
  CHECK(schedule.at("created_at") == "2025-10-26T12:38:23.261Z");
  CHECK(schedule.at("updated_at").is_null());
  CHECK(schedule.at("task_instructions_preview") == "true");
}

TEST_CASE("a look changes no file") {
  OperationsFixture fixture;
  fixture.world.write_schedules({schedule_json()});
  const auto files = fixture.world.files.all_files();

  fixture.call("get_schedule_status");

  CHECK(fixture.world.files.all_files() == files);
}

TEST_CASE("the preview is the first 200 characters, whole ones") {
  for (const int length : {199, 200, 201}) {
    OperationsFixture fixture;
    std::string text;
    for (int i = 0; i < length; ++i) text += "ä";
    fixture.world.write_schedules({schedule_json({{"taskInstructions", "\"" + text + "\""}})});

    const auto preview = only_schedule(fixture).at("task_instructions_preview").as_string();

    CHECK(preview.size() == 2 * std::min<std::size_t>(200, static_cast<std::size_t>(length)));
  }
}

TEST_CASE("inactive schedules are told when asked for, or by name") {
  OperationsFixture fixture;
  fixture.world.write_schedules(
      {schedule_json({{"active", "false"}}),
       schedule_json(
           {{"id", "\"old\""}, {"name", "\"Old\""}, {"expirationDate", "\"2025-10-01\""}}),
       schedule_json({{"id", "\"on\""}, {"name", "\"On\""}})});

  const auto plain = fixture.call("get_schedule_status");
  const auto all = fixture.call("get_schedule_status", R"({"include_inactive":true})");

  REQUIRE(schedules_in(plain).size() == 1);
  CHECK(schedules_in(plain)[0].at("id") == "on");
  CHECK(plain.at("total_schedules") == 3);
  CHECK(plain.at("active_schedules") == 2);
  REQUIRE(schedules_in(all).size() == 3);
  CHECK(schedules_in(all)[0].at("status") == "inactive");
  CHECK(schedules_in(all)[0].at("next").as_array().empty());
  CHECK(schedules_in(all)[0].at("next_execution").is_null());
  CHECK(schedules_in(all)[1].at("status") == "inactive");
  CHECK(only_schedule(fixture, R"({"schedule_id":"q"})").at("status") == "inactive");
  CHECK(only_schedule(fixture, R"({"schedule_id":"Old"})").at("id") == "old");
}

TEST_CASE("the status is of the file: invalid and paused") {
  OperationsFixture fixture;
  fixture.world.write_schedules({schedule_json({{"timeUnit", "\"week\""}})});
  CHECK(status_of(fixture) == "invalid");

  fixture.world.write_schedules({schedule_json({{"loop", R"({"paused": true})"}})});
  CHECK(status_of(fixture) == "paused");
  CHECK(next_of(only_schedule(fixture)).empty());

  // Off is off, whatever else holds.
  fixture.world.write_schedules(
      {schedule_json({{"active", "false"}, {"loop", R"({"paused": true})"}})});
  CHECK(schedules_in(fixture.call("get_schedule_status")).empty());
}

TEST_CASE("the status is of the runs: running, waiting, and then how the last one went") {
  OperationsFixture fixture("2025-11-01T06:30:00Z");
  fixture.world.agent.duration = std::chrono::minutes{15};
  fixture.world.write_schedules(
      {schedule_json({{"inactivityDelay", "\"30\""}}),
       schedule_json({{"id", "\"r\""}, {"name", "\"R\""}, {"inactivityDelay", "\"30\""}})});
  fixture.world.start_engine();

  fixture.world.run_until("2025-11-01T06:40:00Z");
  auto schedules = schedules_in(fixture.call("get_schedule_status"));
  CHECK(schedules[0].at("status") == "running");
  CHECK(schedules[0].at("last_run").at("id") == "q@20251101T063800Z");
  CHECK(schedules[0].at("last_run").at("outcome") == "running");
  CHECK(schedules[0].at("last_run").at("duration").to_number<double>() == 120.0);
  CHECK(schedules[1].at("status") == "waiting");
  CHECK(schedules[1].at("last_run").is_null());

  fixture.world.run_until("2025-11-01T06:57:00Z");
  schedules = schedules_in(fixture.call("get_schedule_status"));
  CHECK(schedules[0].at("last_run").at("outcome") == "succeeded");
  CHECK(schedules[0].at("last_run").at("duration").to_number<double>() == 900.0);
  INFO(json::serialize(schedules));
  CHECK(schedules[0].at("last_execution") == "2025-11-01T06:38:00.000Z");
}

TEST_CASE("an escalated schedule has its trial as the next slot, and slots behind that") {
  OperationsFixture fixture("2025-11-01T06:30:00Z");
  fixture.world.agent = {.duration = std::chrono::seconds{5},
                         .end = AttemptEnd::failed,
                         .outcome = OutcomeClass::task_failed};
  fixture.world.write_schedules({schedule_json()});
  fixture.world.start_engine();

  fixture.world.run_until("2025-11-01T06:45:00Z");

  const json::object schedule = only_schedule(fixture);
  CHECK(schedule.at("status") == "escalated");
  CHECK(schedule.at("consecutive_failures") == 3);
  CHECK(schedule.at("last_run").at("outcome") == "failed");
  CHECK(next_of(schedule) == "07:39 07:49 07:59 08:09 08:19 ");
}

TEST_CASE("no more slots are told than runs are left") {
  OperationsFixture fixture("2025-11-01T06:30:00Z");
  fixture.world.write_schedules({schedule_json({{"loop", R"({"maxRuns": 2})"}})});
  fixture.world.start_engine();
  CHECK(next_of(only_schedule(fixture)) == "06:38 06:48 ");

  fixture.world.run_until("2025-11-01T06:40:00Z");
  CHECK(next_of(only_schedule(fixture)) == "06:48 ");
}

TEST_CASE("raw output is the objects as they stand in the file") {
  OperationsFixture fixture;
  fixture.world.write_schedules(
      {schedule_json({{"zz", R"({"b": [1, null], "a": "\u00e9"})"}, {"active", "false"}}),
       schedule_json({{"id", "\"on\""}, {"timeInterval", "10"}})});

  const auto answer =
      fixture.call("get_schedule_status", R"({"format_output":false,"include_inactive":true})");

  const auto file = json::parse(fixture.world.file(".roo/schedules.json"));
  CHECK(json::serialize(answer.at("schedules")) == json::serialize(file.at("schedules")));
  CHECK(answer.at("total_schedules") == 2);
}

TEST_CASE("what JSON does not carry comes as its raw text") {
  OperationsFixture fixture;
  fixture.world.write_schedules({schedule_json({{"x", R"("\ud83d")"}}),
                                 schedule_json({{"id", "\"b\""}, {"x", "1e400"}}), "5"});

  const auto schedules = schedules_in(
      fixture.call("get_schedule_status", R"({"format_output":false,"include_inactive":true})"));

  REQUIRE(schedules.size() == 3);
  CHECK(schedules[0].at("id") == "q");
  CHECK_THAT(std::string(schedules[0].at("raw_text").as_string()), Contains(R"("\ud83d")"));
  CHECK_THAT(std::string(schedules[1].at("raw_text").as_string()), Contains("1e400"));
  CHECK(schedules[2].at("raw_text") == "5");
  CHECK(schedules_in(fixture.call("get_schedule_status")).size() == 3);
}

TEST_CASE("schedules come in pages, and the answer says where the next one begins") {
  OperationsFixture fixture;
  std::vector<std::string> objects;
  for (int i = 0; i < 51; ++i) {
    objects.push_back(schedule_json({{"id", "\"s" + std::to_string(i) + "\""}}));
  }
  fixture.world.write_schedules(objects);

  const auto first = fixture.call("get_schedule_status");
  const auto second = fixture.call("get_schedule_status", R"({"offset":50})");

  CHECK(schedules_in(first).size() == 50);
  CHECK(first.at("next_offset") == 50);
  CHECK(first.at("total_schedules") == 51);
  CHECK(schedules_in(second).size() == 1);
  CHECK_FALSE(second.contains("next_offset"));
  CHECK_FALSE(fixture.call("get_schedule_status", R"({"limit":51})").contains("next_offset"));
  CHECK(schedules_in(fixture.call("get_schedule_status", R"({"offset":1000})")).empty());
}

TEST_CASE("a page of long schedules ends before it gets too long") {
  OperationsFixture fixture;
  const std::string text = "\"" + std::string(kSchedulesPageBytesMax / 2, 'x') + "\"";
  fixture.world.write_schedules({schedule_json({{"taskInstructions", text}}),
                                 schedule_json({{"id", "\"b\""}, {"taskInstructions", text}})});

  const auto answer = fixture.call("get_schedule_status", R"({"format_output":false})");

  CHECK(schedules_in(answer).size() == 1);
  CHECK(answer.at("next_offset") == 1);
}

TEST_CASE("an unknown schedule, a wrong page and a broken file are refused") {
  OperationsFixture fixture;
  fixture.world.write_schedules({schedule_json()});
  CHECK(fixture.refuse("get_schedule_status", R"({"schedule_id":"x"})").code() == Errc::not_found);
  CHECK_THAT(fixture.refuse("get_schedule_status", R"({"limit":0})").message(), Contains("1 to"));
  CHECK_THAT(fixture.refuse("get_schedule_status", R"({"limit":501})").message(), Contains("500"));

  fixture.world.files.put(".roo/schedules.json", "{\"schedules\": [");
  const Error broken = fixture.refuse("get_schedule_status");
  CHECK(broken.code() == Errc::invalid_data);
  CHECK_THAT(broken.message(), Contains(".roo/schedules.json"));
}

TEST_CASE("a workspace without a schedules file has no schedules") {
  OperationsFixture fixture;
  const auto answer = fixture.call("get_schedule_status");
  CHECK(answer.at("total_schedules") == 0);
  CHECK(schedules_in(answer).empty());
}

TEST_CASE("the schedule of the original system is active and due every ten minutes") {
  OperationsFixture fixture("2025-11-01T07:00:00Z");
  if (!put_seed_workspace(fixture.world)) return;

  const json::object schedule = only_schedule(fixture);
  CHECK(schedule.at("id") == "1761482303261");
  CHECK(schedule.at("name") == "Project Orchestration Workflow");
  CHECK(schedule.at("mode") == "architect");
  CHECK(schedule.at("status") == "active");
  CHECK(schedule.at("next").as_array().size() == 5);

  const auto raw = fixture.call("get_schedule_status", R"({"format_output":false})");
  const auto file = json::parse(fixture.world.file(".roo/schedules.json"));
  CHECK(raw.at("schedules") == file.at("schedules"));
}
