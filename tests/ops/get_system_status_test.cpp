// SPDX-License-Identifier: MIT
// The health of a workspace follows what is wrong with it, with the reasons.
#include "loop/store/file_lock.h"
#include "loop/store/layout.h"
#include "loop/store/recovery.h"
#include "ops/operations_fixture.hpp"
#include "support/catch.hpp"

#include <fmt/format.h>

using namespace loop;
using namespace loop::test;
using Catch::Matchers::Contains;

namespace {

const std::string kSchedule =
    R"({"id": "1", "name": "a", "mode": "code", "taskInstructions": "t", "scheduleType": "time",
      "timeInterval": "10", "timeUnit": "minute", "active": true})";

class Watched : public OperationsFixture {
 public:
  void write(std::string_view path, std::string_view text) {
    REQUIRE(replace_file(world.files, world.random, RelativePath::of(std::string(path)), text));
  }
  std::string status() { return std::string(call("get_system_status").at("status").as_string()); }
  std::string reasons() { return boost::json::serialize(call("get_system_status").at("reasons")); }
  boost::json::object file(std::string_view name) {
    const auto answer = call("get_system_status");
    for (const auto& item : answer.at("files").as_array()) {
      if (item.at("file").as_string() == name) return item.as_object();
    }
    FAIL("no file " << name);
    return {};
  }
};

}  // namespace

TEST_CASE("an empty workspace is healthy, without reasons") {
  Watched workspace;
  const auto answer = workspace.call("get_system_status");

  CHECK(answer.at("status") == "healthy");
  CHECK(answer.at("reasons").as_array().empty());
  CHECK(answer.at("version").is_string());
  CHECK(answer.at("root").as_string() == workspace.world.files.root());
  CHECK(answer.at("files").as_array().size() == 5);
  CHECK_FALSE(answer.contains("dependencies"));
}

TEST_CASE("each part of the status can be left out") {
  Watched workspace;
  const auto answer = workspace.call("get_system_status", R"({"include_performance": false,
      "include_file_health": false, "include_orchestrator_status": false})");

  CHECK_FALSE(answer.contains("performance"));
  CHECK_FALSE(answer.contains("files"));
  CHECK_FALSE(answer.contains("orchestrator"));
  CHECK(answer.at("status") == "healthy");
}

TEST_CASE("active schedules without an engine degrade") {
  Watched workspace;
  workspace.world.write_schedules({kSchedule});
  CHECK(workspace.status() == "degraded");
  CHECK_THAT(workspace.reasons(), Contains("no engine is running: 1 active"));

  workspace.world.start_engine();
  CHECK(workspace.status() == "healthy");
}

TEST_CASE("the engine's life and its runs are told") {
  Watched workspace;
  workspace.world.write_schedules({kSchedule});
  workspace.world.agent.duration = std::chrono::hours{2};
  workspace.world.start_engine();
  workspace.world.run_until("2025-11-01T06:35:00Z");

  const auto orchestrator = workspace.call("get_system_status").at("orchestrator").as_object();

  const auto& engine = orchestrator.at("engine").as_object();
  CHECK(engine.at("alive").as_bool());
  CHECK(engine.at("pid").is_int64());
  CHECK(engine.at("heartbeat_age_ms").as_int64() >= 0);
  CHECK(orchestrator.at("schedules").as_int64() == 1);
  CHECK(orchestrator.at("active_schedules").as_int64() == 1);
  CHECK(orchestrator.at("running").as_int64() == 1);
  CHECK(orchestrator.at("waiting").as_int64() == 0);
  CHECK(orchestrator.at("escalated").as_int64() == 0);
}

TEST_CASE("an open escalation degrades and is counted") {
  Watched workspace;
  workspace.world.agent.end = AttemptEnd::failed;
  workspace.world.agent.outcome = OutcomeClass::task_failed;
  workspace.world.write_schedules({kSchedule});
  workspace.world.start_engine();
  workspace.world.run_until("2025-11-01T09:00:00Z");

  const auto answer = workspace.call("get_system_status");

  CHECK(answer.at("status") == "degraded");
  CHECK(answer.at("orchestrator").at("escalated").as_int64() == 1);
  CHECK_THAT(boost::json::serialize(answer.at("reasons")), Contains("escalation of schedule 1"));
}

TEST_CASE("a broken schedules.json is critical, and its health says why") {
  Watched workspace;
  workspace.write(".roo/schedules.json", "{");

  CHECK(workspace.status() == "critical");
  CHECK_THAT(workspace.reasons(), Contains(".roo/schedules.json: "));
  const auto file = workspace.file(".roo/schedules.json");
  CHECK(file.at("exists").as_bool());
  CHECK(file.at("readable").as_bool());
  CHECK_FALSE(file.at("parses").as_bool());
  CHECK(file.at("size_bytes").as_int64() == 1);
}

TEST_CASE("files that are absent, wrong or over their limit say so") {
  Watched workspace;
  workspace.write("TODO.md", "\xFF");
  std::string memory =
      "# Non-Obvious Implementation Patterns\n\n# Development & Debug Commands\n\n"
      "# System Updates & Status\n";
  for (int line = 5; line < 301; ++line) memory += "x\n";
  workspace.write("persistent-memory.md", memory);

  CHECK_FALSE(workspace.file(".roomodes").at("exists").as_bool());
  CHECK_FALSE(workspace.file("TODO.md").at("parses").as_bool());
  CHECK_FALSE(workspace.file("persistent-memory.md").at("within_limits").as_bool());
  CHECK(workspace.status() == "degraded");
}

TEST_CASE("the headroom of the memory is given at its limit and beyond") {
  const auto headroom = [](int lines) {
    Watched workspace;
    std::string memory =
        "# Non-Obvious Implementation Patterns\n# Development & Debug Commands\n"
        "# System Updates & Status\n";
    for (int line = 3; line < lines; ++line) memory += "x\n";
    workspace.write("persistent-memory.md", memory);
    return workspace.call("get_system_status")
        .at("orchestrator")
        .at("memory_headroom_percent")
        .as_int64();
  };
  CHECK(headroom(150) == 50);
  CHECK(headroom(299) == 0);
  CHECK(headroom(297) == 1);
  CHECK(headroom(300) == 0);
  CHECK(headroom(301) == 0);
}

TEST_CASE("a refused configuration is critical") {
  Watched workspace;
  OperationContext context = workspace.context();
  context.configuration_problem = Error(Errc::invalid_data, "config.toml:3: unknown key");
  const auto answer =
      call_operation(context, **require_operation("get_system_status"), boost::json::object{});

  REQUIRE(answer);
  CHECK(answer->at("status") == "critical");
  CHECK_THAT(boost::json::serialize(answer->at("reasons")), Contains("config.toml:3"));
}

TEST_CASE("little memory degrades, at a twentieth") {
  Watched workspace;
  workspace.world.processes.machine_memory = {.total_bytes = 2000, .available_bytes = 100};
  CHECK(workspace.status() == "healthy");
  workspace.world.processes.machine_memory.available_bytes = 99;
  CHECK(workspace.status() == "degraded");
}

TEST_CASE("the latency of each tool is counted since the process began") {
  Watched workspace;
  workspace.call("get_todo_status");
  workspace.call("get_todo_status");
  workspace.refuse("get_run", R"({"run_id": "nope"})");

  const auto tools = workspace.call("get_system_status").at("performance").at("tools").as_array();

  REQUIRE(tools.size() == 2);
  CHECK(tools[0].at("tool") == "get_run");
  CHECK(tools[0].at("errors").as_int64() == 1);
  CHECK(tools[1].at("tool") == "get_todo_status");
  CHECK(tools[1].at("calls").as_int64() == 2);
  CHECK(tools[1].at("p99_us").as_int64() >= tools[1].at("p50_us").as_int64());
}

TEST_CASE("more reasons than are shown keep the grave ones") {
  Watched workspace;
  workspace.write("persistent-memory.md", std::string(1, '\0'));
  std::vector<std::string> schedules;
  for (int index = 0; index < 30; ++index) {
    std::string schedule = kSchedule;
    schedule.replace(schedule.find("\"1\""), 3, fmt::format("\"{}\"", index));
    schedule.replace(schedule.find("\"code\""), 6, "\"coder\"");
    schedules.push_back(schedule);
  }
  workspace.world.write_schedules(schedules);
  OperationContext context = workspace.context();
  context.configuration_problem = Error(Errc::invalid_data, "the grave one");

  const auto answer =
      call_operation(context, **require_operation("get_system_status"), boost::json::object{});

  REQUIRE(answer);
  CHECK(answer->at("reasons").as_array().size() == 20);
  CHECK(answer->at("reasons").as_array()[0] == "the grave one");
}
