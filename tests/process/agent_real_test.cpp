// SPDX-License-Identifier: MIT
// The real coding agents, where they are on PATH, against a stand-in for their services: whether
// they still take our command lines and speak as our adapters read.
#include "process/agent_model_service.hpp"
#include "process/agent_workspace.hpp"

#include <cstdlib>
#include <sstream>

#include <fmt/format.h>

using namespace loop;
using namespace loop::test;
using Catch::Contains;

namespace {

// They are large programs, and the machine may be busy.
constexpr Duration kRealLimit = std::chrono::seconds{180};

std::string path_variable() {
  const char* path = std::getenv("PATH");
  return path == nullptr ? std::string{} : std::string(path);
}

bool is_on_path(const std::string& program) {
  std::istringstream in(path_variable());
  for (std::string folder; std::getline(in, folder, ':');) {
    if (!folder.empty() && exists(folder + "/" + program)) return true;
  }
  WARN("skipped: " << program << " is not on PATH");
  return false;
}

// A workspace whose agent is a real program that talks to the stand-in only.
class RealAgent {
 public:
  RealAgent(const std::string& name, int status) : service_(status), name_(name) {
    AgentDefinition definition;
    definition.name = name;
    definition.adapter = name;
    definition.command = name;
    auto& variables = workspace.options.environment;
    variables = {"PATH=" + path_variable(), "HOME=" + workspace.top.path("home")};
    if (name == "claude") arrange_claude(variables, definition);
    if (name == "codex") arrange_codex(variables, definition);
    if (name == "gemini") arrange_gemini(variables, definition);
    if (name == "opencode") arrange_opencode(variables, definition);
    workspace.options.config.agents[name] = definition;
  }

  AttemptResult run(const std::string& task) {
    AgentJob job;
    job.id = name_;
    job.agent = name_;
    job.task = task;
    job.timeout_s = 150;
    workspace.settle_limit = kRealLimit;
    workspace.run_all({job});
    INFO(workspace.log_of(name_, "stderr.log"));
    INFO(workspace.log_of(name_, "stdout.log"));
    return workspace.result_of(name_);
  }

  bool was_asked(const std::string& words) const {
    for (const std::string& request : service_.requests()) {
      if (request.find(words) != std::string::npos) return true;
    }
    return false;
  }

  AgentWorkspace workspace;

 private:
  using Variables = std::vector<std::string>;

  void arrange_claude(Variables& variables, AgentDefinition& definition) {
    variables.push_back("ANTHROPIC_API_KEY=fake");
    variables.push_back("ANTHROPIC_BASE_URL=" + service_.url());
    variables.push_back("CLAUDE_CODE_MAX_RETRIES=0");
    variables.push_back("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1");
    definition.env_allow = {"CLAUDE_CODE_MAX_RETRIES", "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC"};
  }

  void arrange_codex(Variables& variables, AgentDefinition& definition) {
    variables.push_back("OPENAI_API_KEY=fake");
    const std::string provider = "model_providers.fake.";
    for (const std::string& setting :
         {std::string("model_provider=fake"), provider + "name=fake",
          provider + "base_url=" + service_.url() + "/v1", provider + "wire_api=responses",
          provider + "env_key=OPENAI_API_KEY", provider + "request_max_retries=0",
          provider + "stream_max_retries=0"}) {
      definition.extra_args.push_back("-c");
      definition.extra_args.push_back(setting);
    }
  }

  void arrange_gemini(Variables& variables, AgentDefinition& definition) {
    variables.push_back("GEMINI_API_KEY=fake");
    variables.push_back("GOOGLE_GEMINI_BASE_URL=" + service_.url());
    definition.env_allow = {"GOOGLE_GEMINI_BASE_URL"};
    definition.model = "gemini-2.5-pro";
    std::filesystem::create_directory(workspace.top.path("home/.gemini"));
    write_text(workspace.top.path("home/.gemini/settings.json"),
               R"({"security":{"auth":{"selectedType":"gemini-api-key"}},
                   "privacy":{"usageStatisticsEnabled":false}})");
  }

  void arrange_opencode(Variables& variables, AgentDefinition& definition) {
    variables.push_back("OPENCODE_DISABLE_AUTOUPDATE=1");
    variables.push_back("OPENCODE_DISABLE_MODELS_FETCH=1");
    variables.push_back("OPENCODE_CONFIG=" + workspace.top.path("opencode.json"));
    definition.env_allow = {"OPENCODE_DISABLE_AUTOUPDATE", "OPENCODE_DISABLE_MODELS_FETCH"};
    write_text(workspace.top.path("opencode.json"), fmt::format(R"({{
      "provider": {{"fake": {{"npm": "@ai-sdk/openai-compatible", "name": "fake",
        "options": {{"baseURL": "{}/v1", "apiKey": "x"}},
        "models": {{"m": {{"name": "m", "cost": {{"input": 1, "output": 2, "cache_read": 0.1}},
                           "limit": {{"context": 1000000, "output": 1000}}}}}}}}}},
      "model": "fake/m", "small_model": "fake/m", "share": "disabled", "autoupdate": false}})",
                                                                service_.url()));
  }

  ModelService service_;
  std::string name_;
};

struct RealCase {
  std::string name;
  TokenUsage usage;
  AgentCost::Basis basis;
};

const std::vector<RealCase> kRealCases{
    {"claude", {240, 100, 30, 55, 0}, AgentCost::Basis::reported},
    {"codex", {240, 160, 0, 50, 20}, AgentCost::Basis::unknown},
    {"gemini", {400, 200, 0, 40, 10}, AgentCost::Basis::unknown},
    {"opencode", {110, 40, 0, 25, 8}, AgentCost::Basis::reported},
};

}  // namespace

TEST_CASE("real agents answer, and tell their use as the adapters read it") {
  for (const RealCase& real : kRealCases) {
    if (!is_on_path(real.name)) continue;
    INFO(real.name);
    RealAgent agent(real.name, 200);
    const auto result = agent.run("Say \"Fake answer\", the 1st time.");

    INFO(result.outcome.reason);
    CHECK(result.end == AttemptEnd::succeeded);
    CHECK(result.outcome.answer == "Fake answer");
    CHECK(result.outcome.usage.input_uncached == real.usage.input_uncached);
    CHECK(result.outcome.usage.cache_read == real.usage.cache_read);
    CHECK(result.outcome.usage.cache_write == real.usage.cache_write);
    CHECK(result.outcome.usage.output == real.usage.output);
    CHECK(result.outcome.usage.reasoning == real.usage.reasoning);
    CHECK(result.outcome.cost.basis == real.basis);
    CHECK_FALSE(result.outcome.session.empty());
    CHECK(result.outcome.garbage_lines == 0);
    CHECK(result.outcome.unknown_events == 0);
    CHECK(agent.was_asked("the 1st time"));
    CHECK(agent.workspace.processes_left().empty());
  }
}

TEST_CASE("real agents take a task of 150 KB") {
  for (const RealCase& real : kRealCases) {
    if (!is_on_path(real.name)) continue;
    INFO(real.name);
    RealAgent agent(real.name, 200);
    std::string task;
    while (task.size() < 150'000) task += "Read these words, which say nothing. ";
    const auto result = agent.run(task + "And the last of them is elephant.");

    INFO(result.outcome.reason);
    CHECK(result.end == AttemptEnd::succeeded);
    CHECK(agent.was_asked("the last of them is elephant"));
  }
}

TEST_CASE("real agents fail as the adapters read it when their service refuses") {
  for (const RealCase& real : kRealCases) {
    if (!is_on_path(real.name)) continue;
    INFO(real.name);
    RealAgent agent(real.name, 400);
    const auto result = agent.run("Say something.");

    INFO(result.outcome.reason);
    CHECK(result.end == AttemptEnd::failed);
    CHECK_THAT(result.outcome.reason, Contains("fake refusal"));
  }
}

// Gemini and opencode try again for minutes by themselves, and cannot be told not to.
TEST_CASE("real agents are parked when their service says 429") {
  for (const std::string name : {"claude", "codex"}) {
    if (!is_on_path(name)) continue;
    INFO(name);
    RealAgent agent(name, 429);
    const auto result = agent.run("Say something.");

    INFO(result.outcome.reason);
    CHECK(result.end == AttemptEnd::limited);
    CHECK(agent.workspace.summary_of(name).phase == RunPhase::parked);
  }
}
