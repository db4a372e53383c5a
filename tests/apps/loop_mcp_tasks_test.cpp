// SPDX-License-Identifier: MIT
// Delegations through the built server: tasks that belong to the workspace, not to the server that
// started them.
#include <fmt/format.h>

#include <csignal>

#include "apps/loopctl_fixture.hpp"
#include "apps/mcp_client.hpp"
#include "support/catch.hpp"

using namespace loop::test;
using Catch::Matchers::Contains;
namespace json = boost::json;

namespace {

std::string run_id(const std::string& id) { return json::serialize(json::object{{"run_id", id}}); }

class Workspace {
 public:
  Workspace() { fixture.make_job("true"); }  // trusts it

  McpClient client() const { return McpClient(fixture.spec({})); }

  // A run that ends when the file `go` is there, or after a minute.
  static json::object held_task() {
    return {{"task_description",
             "for i in $(seq 600); do [ -e go ] && echo finished && exit 0; sleep 0.1; done"},
            {"agent", "shell"},
            {"target_mode", "code"}};
  }

  std::string run_state(const std::string& id) const {
    return std::string(parse_object(fixture.run({"call", "get_run", run_id(id)}).out)
                           .at("run")
                           .at("state")
                           .as_string());
  }

  LoopctlFixture fixture;
};

std::string start(McpClient& client, json::object task) {
  const auto created = client.call("delegate_task", std::move(task));
  INFO(json::serialize(created));
  REQUIRE(created.at("resultType") == "task");
  CHECK(created.at("status") == "working");
  return std::string(created.at("taskId").as_string());
}

std::string status_of(McpClient& client, const std::string& id) {
  return std::string(client.ask("tasks/get", {{"taskId", id}}).at("status").as_string());
}

}  // namespace

TEST_CASE("mcp tasks: a delegation outlives its server, is followed by another and ends well") {
  const Workspace workspace;
  std::string id;
  {
    McpClient first = workspace.client();
    id = start(first, Workspace::held_task());
    first.program().send_signal(SIGKILL);
    first.program().wait();
  }
  McpClient second = workspace.client();
  CHECK(status_of(second, id) == "working");
  second.post("subscriptions/listen", {{"notifications", {{"taskIds", {id}}}}});
  CHECK(second.notification("notifications/subscriptions/acknowledged")
            .at("params")
            .at("notifications")
            .at("taskIds") == json::array{id});
  workspace.fixture.write("go", "");
  for (;;) {
    const auto told = second.notification("notifications/tasks").at("params").as_object();
    CHECK(told.at("taskId").as_string() == id);
    if (told.at("status") == "working") continue;
    CHECK(told.at("status") == "completed");
    const auto& answer = told.at("result").at("structuredContent").as_object();
    CHECK(answer.at("success").as_bool());
    CHECK(answer.at("task_id").as_string() == id);
    CHECK(answer.at("mode_assigned") == "code");
    CHECK_THAT(std::string(answer.at("answer").as_string()), Contains("finished"));
    break;
  }
  CHECK(second.ask("tasks/get", {{"taskId", id}}).at("result").at("resultType") == "complete");
}

TEST_CASE("mcp tasks: a delegation is cancelled from another server, and loopctl sees it") {
  const Workspace workspace;
  McpClient first = workspace.client();
  McpClient second = workspace.client();
  const std::string id = start(first, Workspace::held_task());
  CHECK(second.ask("tasks/cancel", {{"taskId", id}}).at("resultType") == "complete");
  while (status_of(first, id) == "working") {
  }
  CHECK(status_of(first, id) == "cancelled");
  CHECK(workspace.run_state(id) == "cancelled");
  // Once more changes nothing.
  CHECK(second.ask("tasks/cancel", {{"taskId", id}}).at("resultType") == "complete");
}

TEST_CASE("mcp tasks: a delegation that loopctl cancels is a cancelled task") {
  const Workspace workspace;
  McpClient client = workspace.client();
  const std::string id = start(client, Workspace::held_task());
  REQUIRE(workspace.fixture.run({"call", "cancel_run", run_id(id)}).code == 0);
  while (status_of(client, id) == "working") {
  }
  CHECK(status_of(client, id) == "cancelled");
}

TEST_CASE("mcp tasks: a client that knows no tasks waits for the answer, and may cancel the wait") {
  const Workspace workspace;
  McpClient client = workspace.client();
  client.begin();
  json::object task = Workspace::held_task();
  task["wait_seconds"] = 60;
  const auto waiting =
      client.post_legacy("tools/call", {{"name", "delegate_task"}, {"arguments", task}});
  // The run is there before the wait is over.
  std::string id;
  while (id.empty()) {
    const auto runs = client.call("list_runs").at("structuredContent").at("runs").as_array();
    if (!runs.empty()) id = std::string(runs[0].at("id").as_string());
  }
  client.send(fmt::format(
      R"({{"jsonrpc":"2.0","method":"notifications/cancelled","params":{{"requestId":{}}}}})",
      waiting));
  CHECK(status_of(client, id) == "working");
  client.program().close_input();
  const auto ended = client.program().wait();
  CHECK(ended.code == 0);
  CHECK_THAT(ended.out, !Contains(fmt::format("\"id\":{}", waiting)));
  CHECK(workspace.run_state(id) != "cancelled");
  workspace.fixture.write("go", "");
}
