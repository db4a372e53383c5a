// SPDX-License-Identifier: MIT
// What follows over several launches: parking, retries with the agent's own session, escalation;
// and starts that an agent refuses.
#include "process/agent_workspace.hpp"

#include <csignal>

#include <fmt/format.h>
#include <unistd.h>

using namespace loop;
using namespace loop::test;
using Catch::Contains;

namespace {

const std::vector<std::string> kCodingAgents{"claude", "codex", "gemini", "opencode"};

// One job an agent, named after it.
std::vector<AgentJob> jobs_for(const std::vector<std::string>& agents, const std::string& task) {
  std::vector<AgentJob> jobs;
  for (const std::string& agent : agents) {
    AgentJob job;
    job.id = agent;
    job.agent = agent;
    job.task = task;
    jobs.push_back(job);
  }
  return jobs;
}

AgentDefinition definition_of(const std::string& adapter) {
  AgentDefinition definition;
  definition.name = adapter;
  definition.adapter = adapter;
  definition.command = adapter;
  return definition;
}

OutcomeClass class_of(const AgentWorkspace& workspace, const std::string& job, int launch = 1) {
  return workspace.result_of(job, launch).outcome.outcome;
}

}  // namespace

TEST_CASE("a parked run goes on at its reset time, in the same session, without a failure") {
  AgentWorkspace workspace;
  auto jobs = jobs_for(kCodingAgents, "Play scenario:api_429,ok");
  for (AgentJob& job : jobs) {
    job.env["FAKE_MESSAGE"] = "Rate limit reached: too many requests, try again in 5 minutes";
  }
  workspace.run_all(jobs);

  for (const std::string& agent : kCodingAgents) {
    INFO(agent);
    const RunSummary parked = workspace.summary_of(agent);
    CHECK(parked.phase == RunPhase::parked);
    const auto first = workspace.result_of(agent);
    REQUIRE(first.outcome.limit_reset);
    const Duration wait = *first.outcome.limit_reset - first.ended;
    CHECK(wait > std::chrono::minutes{4});
    CHECK(wait <= std::chrono::minutes{5});
    REQUIRE(parked.until);
    CHECK(*parked.until == *first.outcome.limit_reset + std::chrono::seconds{30});
  }
  workspace.go_on(workspace.run_of("claude"));
  for (const std::string& agent : kCodingAgents) {
    INFO(agent);
    if (workspace.summary_of(agent).phase == RunPhase::parked) {
      workspace.go_on(workspace.run_of(agent));
    }
    const RunSummary run = workspace.summary_of(agent);
    CHECK(run.phase == RunPhase::finished);
    CHECK(run.end == "succeeded");
    CHECK(run.attempt == 1);
    CHECK(run.launch == 2);
    CHECK(workspace.failures_of(agent) == 0);
    const std::string session = workspace.result_of(agent).outcome.session;
    CHECK_FALSE(session.empty());
    CHECK(workspace.result_of(agent, 2).outcome.session == session);
  }
}

// The runner's clock is not put forward with the engine's: the later limits are over at once.
TEST_CASE("a provider's limit is no failure, however often it is hit") {
  AgentWorkspace workspace;
  workspace.run_all(jobs_for({"codex"}, "Play scenario:api_429,api_429,api_429,api_429,ok"));
  workspace.go_on(workspace.run_of("codex"));

  for (int launch = 1; launch <= 4; ++launch) {
    CHECK(class_of(workspace, "codex", launch) == OutcomeClass::rate_limited);
  }
  const RunSummary run = workspace.summary_of("codex");
  CHECK(run.end == "succeeded");
  CHECK(run.attempt == 1);
  CHECK(run.launch == 5);
  const std::string memory = read_text(workspace.root + "/persistent-memory.md");
  CHECK(memory.find("escalation") == std::string::npos);
}

TEST_CASE(
    "a second attempt goes on in the session of the first, and its success resets the count") {
  AgentWorkspace workspace;
  workspace.run_all(jobs_for(kCodingAgents, "Play scenario:no_final,ok"));
  for (const std::string& agent : kCodingAgents) CHECK(workspace.failures_of(agent) == 1);

  for (const std::string& agent : kCodingAgents) {
    INFO(agent);
    if (workspace.summary_of(agent).phase == RunPhase::retry_wait) {
      workspace.go_on(workspace.run_of(agent));
    }
    const RunSummary run = workspace.summary_of(agent);
    CHECK(run.end == "succeeded");
    CHECK(run.attempt == 2);
    CHECK(workspace.failures_of(agent) == 0);
    CHECK(workspace.result_of(agent, 2).outcome.session ==
          workspace.result_of(agent, 1).outcome.session);
  }
}

TEST_CASE("the third failed attempt escalates, and a missing login does so without retries") {
  AgentWorkspace workspace;
  auto jobs = jobs_for({"claude", "codex"}, "Play scenario:no_final");
  jobs[1].task = "Play scenario:api_401";
  workspace.run_all(jobs);
  workspace.go_on(workspace.run_of("claude"));
  workspace.go_on(workspace.run_of("claude"));
  CHECK(workspace.summary_of("claude").phase == RunPhase::finished);
  CHECK(workspace.summary_of("claude").launch == 3);

  for (int more = 0; more < 2; ++more) {
    CHECK(workspace.summary_of("codex").launch == 1);
    workspace.trigger("codex");
    REQUIRE(workspace.settle());
  }

  for (const std::string job : {"claude", "codex"}) {
    INFO(job);
    const auto& failures = workspace.engine->history().of(ScheduleId(job)).failures;
    CHECK(failures.consecutive == 3);
    CHECK(failures.escalations == 1);
    CHECK(failures.open_until);
  }
  CHECK_THAT(read_text(workspace.root + "/persistent-memory.md"), Contains("invalid x-api-key"));
}

TEST_CASE("a flag that an agent does not know is a fault of the configuration") {
  AgentWorkspace workspace;
  for (const std::string& agent : kCodingAgents) {
    AgentDefinition definition = definition_of(agent);
    definition.extra_args = {"--bogus"};
    workspace.options.config.agents[agent] = definition;
  }
  workspace.run_all(jobs_for({"claude", "codex", "gemini"}, "Play scenario:ok"));

  for (const auto& [agent, reason] :
       {std::pair<std::string, std::string>{"claude",
                                            "exit code 1: error: unknown option '--bogus'"},
        {"codex", "exit code 2: error: unexpected argument '--bogus' found"},
        {"gemini", "exit code 1: Unknown argument: --bogus"}}) {
    INFO(agent);
    CHECK_THAT(workspace.result_of(agent).outcome.reason, Contains(reason));
    CHECK(class_of(workspace, agent) == OutcomeClass::config);
    CHECK(workspace.summary_of(agent).phase == RunPhase::finished);
    CHECK(workspace.summary_of(agent).launch == 1);
  }
}

TEST_CASE("an agent without its key is not tried again") {
  AgentWorkspace workspace;
  workspace.options.environment.pop_back();  // GEMINI_API_KEY
  workspace.run_all(jobs_for({"gemini"}, "Play scenario:ok"));

  CHECK(class_of(workspace, "gemini") == OutcomeClass::auth);
  CHECK_THAT(workspace.result_of("gemini").outcome.reason, Contains("GEMINI_API_KEY"));
  CHECK(workspace.summary_of("gemini").phase == RunPhase::finished);
}

TEST_CASE("a program that is not there is not tried again") {
  AgentWorkspace workspace;
  std::filesystem::remove(workspace.top.path("bin/opencode"));
  workspace.run_all(jobs_for({"opencode"}, "Play scenario:ok"));

  CHECK(class_of(workspace, "opencode") == OutcomeClass::config);
  CHECK_THAT(workspace.result_of("opencode").outcome.reason, Contains("opencode"));
  CHECK(workspace.summary_of("opencode").phase == RunPhase::finished);
}

TEST_CASE("every permission is one that the agent takes, but not claude's full one as root") {
  for (const auto permission :
       {AgentPermission::plan, AgentPermission::edit, AgentPermission::full}) {
    AgentWorkspace workspace;
    for (const std::string& agent : kCodingAgents) {
      workspace.options.config.agents[agent] = definition_of(agent);
      workspace.options.config.agents[agent].permission = permission;
    }
    workspace.run_all(jobs_for(kCodingAgents, "Play scenario:ok"));

    for (const std::string& agent : kCodingAgents) {
      INFO(agent << " " << to_string(permission));
      const bool is_refused =
          agent == "claude" && permission == AgentPermission::full && ::geteuid() == 0;
      CHECK(class_of(workspace, agent) == (is_refused ? OutcomeClass::config : OutcomeClass::ok));
    }
  }
}

TEST_CASE("an agent is given its model, its limits and the MCP server in words that it takes") {
  AgentWorkspace workspace;
  workspace.options.config.mcp_command = {"/bin/cat", "-C", "a \"quoted\" folder"};
  for (const std::string& agent : kCodingAgents) {
    workspace.options.config.agents[agent] = definition_of(agent);
    workspace.options.config.agents[agent].model = "some/model";
  }
  workspace.options.config.agents["claude"].turns_max = 5;
  workspace.options.config.agents["claude"].budget_usd_micros = 1'500'000;
  workspace.run_all(jobs_for(kCodingAgents, "Play scenario:no_final,ok"));
  workspace.go_on(workspace.run_of("claude"));

  for (const std::string& agent : kCodingAgents) {
    INFO(agent << ": " << workspace.result_of(agent).outcome.reason);
    CHECK(class_of(workspace, agent) == OutcomeClass::protocol);
    if (workspace.summary_of(agent).phase == RunPhase::retry_wait) {
      workspace.go_on(workspace.run_of(agent));
    }
    CHECK(class_of(workspace, agent, 2) == OutcomeClass::ok);
  }
}

TEST_CASE("an agent whose MCP server did not start is stopped at once, and not tried again") {
  AgentWorkspace workspace;
  workspace.options.config.mcp_command = {"/bin/false"};
  auto jobs = jobs_for({"claude"}, "Play scenario:hang");
  jobs[0].env["FAKE_MCP_STATUS"] = "failed";
  jobs[0].timeout_s = 3600;
  workspace.run_all(jobs);

  const auto result = workspace.result_of("claude");
  CHECK(result.end == AttemptEnd::failed);
  CHECK(result.outcome.outcome == OutcomeClass::config);
  CHECK_THAT(result.outcome.reason, Contains("its MCP server \"loop\" did not start"));
  CHECK(workspace.summary_of("claude").phase == RunPhase::finished);
  CHECK(workspace.processes_left().empty());
}

TEST_CASE("a task of 200 KB reaches every coding agent") {
  AgentWorkspace workspace;
  const std::string task = std::string(200'000, 'x') + "\nPlay scenario:ok_tools";
  workspace.run_all(jobs_for(kCodingAgents, task));

  for (const std::string& agent : kCodingAgents) {
    INFO(agent << ": " << workspace.result_of(agent).outcome.reason);
    CHECK(class_of(workspace, agent) == OutcomeClass::ok);
    CHECK_THAT(workspace.log_of(agent, "events.jsonl"), Contains("tool_call"));
  }
}

TEST_CASE("an agent ended from outside was killed, and what it used so far is partial") {
  AgentWorkspace workspace;
  workspace.write_jobs(jobs_for({"claude", "gemini"}, "Play scenario:hang"));
  auto opened = Engine::open(
      {*workspace.files, workspace.clock, workspace.random, *workspace.processes, workspace.log},
      workspace.options, EngineRole::engine);
  REQUIRE(opened);
  workspace.engine = std::move(*opened);
  REQUIRE(workspace.engine->step(workspace.clock.now()));
  workspace.trigger("claude");
  workspace.trigger("gemini");
  REQUIRE(eventually([&] {
    const std::string pids = read_text(workspace.top.path("pids"));
    return std::count(pids.begin(), pids.end(), '\n') == 2;
  }));
  for (const int pid : workspace.processes_left()) {
    const std::string program = read_text(fmt::format("/proc/{}/comm", pid));
    if (program == "claude\n" || program == "gemini\n") ::kill(pid, SIGTERM);
  }
  REQUIRE(workspace.settle());

  for (const std::string agent : {"claude", "gemini"}) {
    INFO(agent);
    const auto result = workspace.result_of(agent);
    CHECK(result.outcome.outcome == OutcomeClass::killed);
    CHECK(result.end == AttemptEnd::failed);
    CHECK(result.outcome.cost.is_partial);
    CHECK(workspace.summary_of(agent).phase == RunPhase::retry_wait);
  }
  CHECK(workspace.processes_left().empty());
}

TEST_CASE("a silent agent is stalled after the idle time") {
  AgentWorkspace workspace;
  workspace.options.config.timeout_idle = std::chrono::seconds{1};
  workspace.run_all(jobs_for(kCodingAgents, "Play scenario:hang"));

  for (const std::string& agent : kCodingAgents) {
    INFO(agent);
    const auto result = workspace.result_of(agent);
    CHECK(result.end == AttemptEnd::stalled);
    CHECK(result.outcome.outcome == OutcomeClass::limit);
    CHECK_THAT(result.outcome.reason, Contains("it has said nothing for 1.0s"));
  }
  CHECK(workspace.processes_left().empty());
}

TEST_CASE("use without a cost is priced where the model is known, and never guessed") {
  AgentWorkspace workspace;
  workspace.options.config.prices["own-model"] = {2'000'000, 200'000, 3'000'000, 10'000'000};
  auto jobs = jobs_for({"codex", "gemini"}, "Play scenario:ok usage:1000000,200000,30000,400,50");
  jobs[0].model = "gpt-5-codex";
  jobs[1].model = "own-model";
  auto unknown = jobs_for({"codex"}, "Play scenario:ok")[0];
  unknown.id = "unknown";
  unknown.model = "no-such-model";
  jobs.push_back(unknown);
  workspace.run_all(jobs);

  const AgentCost codex = workspace.result_of("codex").outcome.cost;
  CHECK(codex.basis == AgentCost::Basis::price_table);
  CHECK(codex.usd_micros == 1'250'000 + 25'000 + 37'500 + 4'000 + 500);
  const AgentCost gemini = workspace.result_of("gemini").outcome.cost;
  CHECK(gemini.basis == AgentCost::Basis::price_table);
  CHECK(gemini.usd_micros == 2'000'000 + 40'000 + 4'000 + 500);
  const AgentCost none = workspace.result_of("unknown").outcome.cost;
  CHECK(none.basis == AgentCost::Basis::unknown);
  CHECK(none.usd_micros == 0);
}
