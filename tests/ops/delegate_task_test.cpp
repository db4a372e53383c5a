// SPDX-License-Identifier: MIT
// The operation delegate_task.
#include "ops/operations_fixture.hpp"

using namespace loop;
using namespace loop::test;
using Catch::Contains;

namespace {

// An agent that any prompt may be given to.
void define_agent(OperationsFixture& fixture) {
  AgentDefinition agent;
  agent.name = "echo";
  agent.adapter = "generic";
  agent.command = "echo";
  agent.args = {"{prompt_file}"};
  fixture.world.options.config.agents["echo"] = agent;
  fixture.world.options.config.default_agent = "echo";
}

}  // namespace

TEST_CASE("a task is given to an agent in the mode whose words match it") {
  OperationsFixture fixture;
  define_agent(fixture);

  const auto answer = fixture.call(
      "delegate_task", R"({"task_description":"debug the crash and find the cause of the error"})");

  CHECK(answer.at("mode_assigned").as_string() == "debug");
  CHECK_FALSE(answer.at("scores").as_array().empty());
  CHECK(answer.at("depth").as_int64() == 1);
  CHECK(answer.contains("deadline"));
  const std::string directory(answer.at("run_directory").as_string());
  CHECK_THAT(fixture.world.file(directory + "/prompt.md"), Contains("find the cause of the error"));
}

TEST_CASE("waiting answers with the outcome, or with the state when the time is over") {
  OperationsFixture fixture;
  define_agent(fixture);
  const auto running =
      fixture.call("delegate_task", R"({"task_description":"a","target_mode":"code"})");
  CHECK(running.at("success").as_bool());
  CHECK(running.at("status").as_string() != "succeeded");
}

TEST_CASE("what cannot be delegated is refused before anything is written") {
  OperationsFixture fixture;
  define_agent(fixture);
  const auto refuse = [&](const std::string& more) {
    return fixture.refuse("delegate_task", R"({"task_description":"a")" + more + "}");
  };

  CHECK(refuse(R"(,"target_mode":"cod")").code() == Errc::not_found);
  CHECK(refuse(R"(,"agent":"nobody")").code() == Errc::not_found);
  CHECK(refuse(R"(,"wait_seconds":7201)").code() == Errc::invalid_argument);
  CHECK(refuse(R"(,"timeout_seconds":0)").code() == Errc::invalid_argument);
  CHECK(refuse(R"(,"deadline":"2025-10-01")").code() == Errc::limit_reached);
  fixture.caller.run = RunId("nobody@x");
  CHECK_FALSE(fixture.try_call("delegate_task", R"({"task_description":"a"})"));
  CHECK(fixture.call("list_runs").at("total").as_int64() == 0);
}
