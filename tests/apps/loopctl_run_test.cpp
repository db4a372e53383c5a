// SPDX-License-Identifier: MIT
// Runs from the command line, and each exit code.
#include <csignal>

#include "apps/loopctl_fixture.hpp"
#include "support/catch.hpp"

using namespace loop::test;
using Catch::Contains;

namespace {

std::string newest_run(const LoopctlFixture& fixture) {
  const auto runs = parse_object(fixture.run({"runs", "list", "--json"}).out);
  return std::string(runs.at("runs").as_array().at(0).at("id").as_string());
}

}  // namespace

TEST_CASE("a job runs, its output and its time are kept") {
  LoopctlFixture fixture;
  fixture.make_job("echo out; echo err >&2; printf '\\033[31mred\\n'");

  const auto triggered = fixture.run({"schedule", "trigger", "job", "--wait", "--json"});

  INFO(triggered.err);
  REQUIRE(triggered.code == 0);
  const auto result = parse_object(triggered.out);
  CHECK(result.at("result").at("end").as_string() == "succeeded");
  const std::string run = newest_run(fixture);
  CHECK(fixture.run({"runs", "logs", run}).out == "out\n\x1b[31mred\n");
  CHECK_THAT(fixture.run({"runs", "logs", run, "--stream", "stderr"}).out, Contains("err"));
  CHECK(fixture.run({"runs", "logs", run, "-f"}).out == "out\n\x1b[31mred\n");
  CHECK_THAT(fixture.run({"runs", "logs", run, "--stream", "prompt"}).out, Contains("echo out"));
  CHECK_THAT(fixture.run({"runs", "show", run}).out, Contains("succeeded"));
  const auto report = parse_object(fixture.run({"time", "report", "--json"}).out);
  CHECK(report.at("completed").as_int64() == 1);
  CHECK_THAT(fixture.run({"memory", "search", "job"}).out, Contains("succeeded"));
  CHECK(fixture.run({"runs", "retry", run, "--wait"}).code == 0);
  CHECK(fixture.run({"runs", "show", run.substr(0, run.size() - 3)}).code == 0);
}

TEST_CASE("an agent that is not trusted does not run") {
  LoopctlFixture fixture;
  fixture.make_job("touch proof");
  REQUIRE(fixture.run({"trust", "--revoke"}).code == 0);

  const auto refused = fixture.run({"schedule", "trigger", "job", "--wait"});

  CHECK(refused.code != 0);
  CHECK_THAT(refused.err, Contains("loopctl trust"));
  CHECK(fixture.read("proof").empty());
  CHECK(fixture.run({"doctor"}).code == 7);
}

TEST_CASE("what a workspace executes needs trust in exactly that text") {
  LoopctlFixture fixture;
  fixture.make_workspace();
  const std::string agent = "[agents.mine]\ncommand = \"true\"\n";
  fixture.write(".loop/config.toml", agent);
  const auto untrusted = fixture.run({"config", "list"});
  CHECK(untrusted.code == 1);
  CHECK_THAT(untrusted.err, Contains("agents.mine.command") && Contains("loopctl trust"));
  CHECK(fixture.run({"schedule", "list"}).code == 0);  // looking executes nothing

  CHECK(fixture.run({"trust"}).code == 2);  // nobody to ask
  CHECK(fixture.run({"trust", "--yes"}).code == 0);
  CHECK(fixture.run({"config", "get", "agents.mine.command"}).out == "\"true\"\n");

  fixture.write(".loop/config.toml", agent + "args = [\"x\"]\n");
  CHECK(fixture.run({"config", "list"}).code == 1);
}

TEST_CASE("a failing job ends with 1, a late one with 124") {
  LoopctlFixture fixture;
  fixture.environment["LOOP_RUN_ATTEMPTS_MAX"] = "1";
  fixture.make_job("exit 3");
  const auto failed = fixture.run({"schedule", "trigger", "job", "--wait"});
  CHECK(failed.code == 1);
  CHECK_THAT(failed.out, Contains("failed"));

  REQUIRE(fixture.run({"schedule", "edit", "job", "--instructions", "sleep 50"}).code == 0);
  fixture.environment["LOOP_RUN_TIMEOUT"] = "1s";
  fixture.environment["LOOP_RUN_KILL_GRACE"] = "1s";
  CHECK(fixture.run({"schedule", "trigger", "job", "--wait"}).code == 124);
}

TEST_CASE("waiting ends with its time-out while the run goes on, and cancel ends the run") {
  LoopctlFixture fixture;
  fixture.environment["LOOP_RUN_KILL_GRACE"] = "1s";
  fixture.make_job("echo begun; sleep 50");

  const auto late = fixture.run({"schedule", "trigger", "job", "--wait", "--timeout", "300ms"});

  CHECK(late.code == 124);
  CHECK_THAT(late.err, Contains("goes on"));
  const std::string run = newest_run(fixture);
  CHECK(fixture.run({"runs", "retry", run}).code == 4);          // it is not over
  CHECK(fixture.run({"schedule", "trigger", "job"}).code == 5);  // the workspace is busy
  Program follower(fixture.spec({"run", "--until-idle"}));
  REQUIRE(follower.wait_for_error_text("engine of"));
  CHECK(fixture.run({"runs", "cancel", run}).code == 0);
  CHECK(follower.wait().code == 0);
  CHECK(fixture.run({"runs", "cancel", run}).code == 4);
  CHECK_THAT(fixture.run({"runs", "show", run}).out, Contains("cancelled"));
}

TEST_CASE("a second engine ends with 75, and signals end the first with their code") {
  LoopctlFixture fixture;
  fixture.make_workspace();
  for (const auto& [signal_number, code] : {std::pair{SIGINT, 130}, {SIGTERM, 143}}) {
    Program engine(fixture.spec({"run"}));
    REQUIRE(engine.wait_for_error_text("engine of"));

    const auto second = fixture.run({"run"});
    CHECK(second.code == 75);
    CHECK_THAT(second.err, Contains("another engine"));
    CHECK(fixture.run({"daemon"}).code == 75);
    CHECK_THAT(fixture.run({"status"}).out, Contains("alive"));

    engine.send_signal(signal_number);
    CHECK(engine.wait().code == code);
  }
}

TEST_CASE("run ends by itself after --for, or when nothing is due") {
  LoopctlFixture fixture;
  fixture.make_workspace();
  CHECK(fixture.run({"run", "--for", "200ms"}).code == 0);
  CHECK(fixture.run({"run", "--once"}).code == 0);
  CHECK(fixture.run({"run", "--for", "soon"}).code == 2);
}

TEST_CASE("an open escalation is told by 8 until it is answered") {
  LoopctlFixture fixture;
  fixture.environment["LOOP_RUN_ATTEMPTS_MAX"] = "1";
  fixture.environment["LOOP_FAILURES_LIMIT"] = "1";
  fixture.make_job("echo broken >&2; exit 3");
  CHECK(fixture.run({"escalation", "list"}).code == 0);
  CHECK(fixture.run({"schedule", "trigger", "job", "--wait"}).code == 1);

  const auto open = fixture.run({"escalation", "list", "--json"});
  CHECK(open.code == 8);
  CHECK(parse_object(open.out).at("escalations").as_array().size() == 1);
  CHECK(fixture.run({"status"}).code == 8);
  CHECK_THAT(fixture.run({"schedule", "list"}).out, Contains("escalated"));
  CHECK(fixture.run({"escalation", "answer", "nobody", "x"}).code == 3);
  CHECK(fixture.run({"escalation", "answer", "job", "Use the other token"}).code == 0);
  CHECK(fixture.run({"escalation", "list"}).code == 0);
  CHECK(fixture.run({"escalation", "ack", "job"}).code == 3);
  CHECK_THAT(fixture.read("persistent-memory.md"), Contains("Use the other token"));
}

TEST_CASE("time, memory and the list of things to do end with the code of what went wrong") {
  LoopctlFixture fixture;
  fixture.make_workspace();
  fixture.write("TODO.md", "- [ ] one\n");
  const auto started = fixture.run({"time", "start", "a task", "--mode", "code"});
  REQUIRE(started.code == 0);
  const std::string id = started.out.substr(0, started.out.size() - 1);
  CHECK(fixture.run({"time", "stop", id, "--result", "done"}).code == 0);
  CHECK(fixture.run({"time", "stop", id}).code == 4);
  CHECK(fixture.run({"time", "stop", "unknown"}).code == 3);
  CHECK(fixture.run({"time", "start", "x", "--mode", "coode"}).code == 3);
  CHECK_THAT(fixture.run({"time", "export", "--format", "csv"}).out, Contains("a task"));
  CHECK(fixture.run({"todo", "done", "1"}).code == 0);
  CHECK(fixture.read("TODO.md") == "- [x] one\n");
  CHECK(fixture.run({"todo", "done", "2"}).code == 3);
  CHECK(fixture.run({"todo", "done", "x"}).code == 2);
  CHECK(fixture.run({"memory", "append"}).code == 2);
  CHECK(fixture.run({"memory", "search", "("}).code == 2);
  std::string lines;
  for (int i = 0; i < 290; ++i) lines += "line\n";
  CHECK(fixture.run({"memory", "append", "-", "--on-limit", "refuse"}, lines + lines).code == 5);
}
