// SPDX-License-Identifier: MIT
// Sources of configuration, their order, and what a workspace may not set by itself.
#include "loop/domain/config.h"

#include <algorithm>

#include <fmt/format.h>

#include "support/catch.hpp"

using namespace loop;
using Catch::Contains;

namespace {

ConfigSources sources(std::string operator_toml, std::string workspace_toml = {}) {
  ConfigSources given;
  given.operator_toml = std::move(operator_toml);
  given.operator_path = "/home/x/.config/loop/config.toml";
  given.workspace_toml = std::move(workspace_toml);
  given.workspace_path = ".loop/config.toml";
  return given;
}

std::string error_of(const ConfigSources& given, Errc code = Errc::invalid_data) {
  const auto loaded = load_config(given);
  REQUIRE_FALSE(loaded);
  CHECK(loaded.error().code() == code);
  return loaded.error().message();
}

const ConfigValue& value_of(const LoadedConfig& loaded, std::string_view key) {
  const auto found = std::find_if(loaded.values.begin(), loaded.values.end(),
                                  [&](const ConfigValue& value) { return value.key == key; });
  REQUIRE(found != loaded.values.end());
  return *found;
}

}  // namespace

TEST_CASE("without any source the built-in values hold") {
  const auto loaded = load_config({});

  REQUIRE(loaded);
  CHECK(loaded->config.parallel_max == 1);
  CHECK(loaded->config.timeout_total == std::chrono::hours{1});
  CHECK(value_of(*loaded, "run.timeout").value == "\"1h\"");
  CHECK(value_of(*loaded, "run.timeout").origin == ConfigOrigin::built_in);
}

TEST_CASE("a flag wins over the environment, the workspace, the operator and the built-in value") {
  ConfigSources given = sources("[engine]\nparallel_max = 2", "[engine]\nparallel_max = 3");
  CHECK(load_config(sources("[engine]\nparallel_max = 2"))->config.parallel_max == 2);
  CHECK(load_config(given)->config.parallel_max == 3);
  given.environment["LOOP_ENGINE_PARALLEL_MAX"] = "4";
  CHECK(load_config(given)->config.parallel_max == 4);
  given.flags["engine.parallel_max"] = "5";

  const auto loaded = load_config(given);

  CHECK(loaded->config.parallel_max == 5);
  CHECK(value_of(*loaded, "engine.parallel_max").origin == ConfigOrigin::flag);
}

TEST_CASE("every described key can be set from a file and from the environment to its default") {
  for (const ConfigKeyInfo& info : describe_config()) {
    if (info.default_value.empty() || info.key.find('<') != std::string::npos) continue;
    INFO(info.key);
    const auto from_file =
        load_config(sources(fmt::format("{} = {}", info.key, info.default_value)));
    REQUIRE(from_file);
    CHECK(value_of(*from_file, info.key).value == info.default_value);
    CHECK(value_of(*from_file, info.key).origin == ConfigOrigin::operator_file);
  }
}

TEST_CASE("keys that may be unset are absent until they are set") {
  CHECK(value_of(*load_config({}), "budget.runs_per_day").value.empty());

  const auto loaded = load_config(
      sources("[budget]\nruns_per_day = 5\ntime_per_day = \"2h\"\ncost_usd_per_day = 1.25\n"
              "tokens_per_day = 9"));

  REQUIRE(loaded);
  CHECK(loaded->config.budget.runs_per_day == 5);
  CHECK(loaded->config.budget.time_per_day == std::chrono::hours{2});
  CHECK(loaded->config.budget.cost_usd_micros_per_day == 1'250'000);
  CHECK(loaded->config.budget.tokens_per_day == 9);
}

TEST_CASE("a whole agent is read") {
  const auto loaded = load_config(
      sources("[agents.mine]\ncommand = \"my-agent\"\nargs = [\"-p\", \"{prompt}\"]\n"
              "format = \"json-lines\"\nsuccess_exit = [0, 3]\nlimit_patterns = [\"resets (.*)\"]\n"
              "env_allow = [\"MY_KEY\"]\nfinal_pattern = \"done\""));

  REQUIRE(loaded);
  const AgentDefinition& agent = loaded->config.agents.at("mine");
  CHECK(agent.name == "mine");
  CHECK(agent.adapter == "generic");
  CHECK(agent.args == std::vector<std::string>{"-p", "{prompt}"});
  CHECK(agent.success_exit == std::vector<int>{0, 3});
  CHECK(agent.env_allow == std::vector<std::string>{"MY_KEY"});
  CHECK(value_of(*loaded, "agents.mine.command").value == "\"my-agent\"");
}

TEST_CASE("an unknown key is refused with file, line and the nearest key") {
  CHECK_THAT(error_of(sources("\n[engine]\nparalel_max = 2")),
             Contains("/home/x/.config/loop/config.toml:3") && Contains("engine.parallel_max") &&
                 Contains("paralel_max"));
  CHECK_THAT(error_of(sources("[agents.a]\ncomand = \"x\"")), Contains("did you mean \"command\""));
}

TEST_CASE("a wrong value is refused with what is allowed") {
  CHECK_THAT(error_of(sources("[failures]\nlimit = 11")), Contains("1 to 10") && Contains("11"));
  CHECK_THAT(error_of(sources("[failures]\nlimit = 0")), Contains("1 to 10"));
  CHECK_THAT(error_of(sources("[failures]\nlimit = \"3\"")), Contains("1 to 10"));
  CHECK_THAT(error_of(sources("[catchup]\npolicy = \"onee\"")),
             Contains("did you mean \"one\"") && Contains("one, none, all"));
  CHECK_THAT(error_of(sources("[run]\ntimeout = \"3 weeks\"")), Contains("3 weeks"));
  CHECK_THAT(error_of(sources("[run]\ntimeout = \"121m\"")), Contains("1s to 2h"));
  CHECK_THAT(error_of(sources("[agents.a]\ncommand = \"x\"\nfinal_pattern = \"(\"")),
             Contains("RE2"));
  CHECK_THAT(error_of(sources("[agents.a]\nargs = []")), Contains("agents.a.command"));
  CHECK_THAT(error_of(sources("[agents.\"a b\"]\ncommand = \"x\"")), Contains("name of an agent"));
  CHECK_THAT(error_of(sources("[engine]\nparallel_max = 2025-01-01")), Contains("a date"));
  CHECK_THAT(error_of(sources("[engine\n")), Contains("config.toml:1"));
  CHECK_THAT(error_of(sources("engine.timezone = \"Europe/Warszawa\"")), Contains("Warszawa"));
}

TEST_CASE("limits hold at their edges") {
  CHECK(load_config(sources("[failures]\nlimit = 1")));
  CHECK(load_config(sources("[failures]\nlimit = 10")));
  CHECK(load_config(sources("[run]\ntimeout = \"2h\"")));
  CHECK_FALSE(load_config(sources("[run]\ntimeout = \"7201s\"")));
  CHECK_FALSE(load_config(sources("[run]\ntimeout = 0")));
  CHECK(load_config(sources("[run]\ntimeout = 1")));
}

TEST_CASE("an untrusted workspace may not say what is executed") {
  for (const char* toml :
       {"[agents.a]\ncommand = \"x\"", "agents.a.command = \"x\"",
        "agents = {a = {command = \"x\"}}", "agents = 1", "[notify]\ncommand = [\"x\"]",
        "\"notify.command\" = [\"x\"]", "[env]\nallow = [\"X\"]"}) {
    INFO(toml);
    CHECK_THAT(error_of(sources("", toml), Errc::not_trusted),
               Contains(".loop/config.toml:") && Contains("loopctl trust"));
  }
}

TEST_CASE("a trusted workspace may define agents, and replaces the operator's whole agent") {
  ConfigSources given =
      sources("[agents.a]\ncommand = \"x\"\nargs = [\"--safe\"]", "[agents.a]\ncommand = \"y\"");
  given.workspace_trusted = true;

  const auto loaded = load_config(given);

  REQUIRE(loaded);
  CHECK(loaded->config.agents.at("a").command == "y");
  CHECK(loaded->config.agents.at("a").args.empty());
}

TEST_CASE("an untrusted workspace may choose an agent and lower a budget, but not raise one") {
  const std::string limit = "[budget]\nruns_per_day = 10";
  CHECK(load_config(sources("", "engine.default_agent = \"shell\""))->config.default_agent ==
        "shell");
  CHECK(load_config(sources(limit, "[budget]\nruns_per_day = 9"))->config.budget.runs_per_day == 9);
  CHECK(load_config(sources(limit, "[budget]\nruns_per_day = 10")));
  CHECK_THAT(error_of(sources(limit, "[budget]\nruns_per_day = 11"), Errc::not_trusted),
             Contains("your own limit of 10"));
}

TEST_CASE("variables that travel with a run are no configuration, a misspelt one is an error") {
  ConfigSources given;
  given.environment = {{"LOOP_ROOT", "/x"},
                       {"LOOP_RUN_ID", "1@2"},
                       {"LOOP_MODE", "code"},
                       {"LOOP_SOMETHING_ELSE", "1"}};
  CHECK(load_config(given));

  given.environment["LOOP_RUN_TIMEOUTS"] = "5m";
  CHECK_THAT(error_of(given), Contains("LOOP_RUN_TIMEOUT\""));
}

TEST_CASE("a wrong variable or flag is named") {
  ConfigSources given;
  given.environment["LOOP_RUN_TIMEOUT"] = "soon";
  CHECK_THAT(error_of(given), Contains("LOOP_RUN_TIMEOUT"));

  ConfigSources flagged;
  flagged.flags["run.timeuot"] = "5m";
  CHECK_THAT(error_of(flagged, Errc::invalid_argument), Contains("did you mean \"run.timeout\""));
}

TEST_CASE("lists come from the environment as words or as TOML") {
  ConfigSources given;
  given.environment["LOOP_ENV_ALLOW"] = "A, B";
  CHECK(load_config(given)->config.env_allow == std::vector<std::string>{"A", "B"});
  given.environment["LOOP_ENV_ALLOW"] = "[\"C\"]";
  CHECK(load_config(given)->config.env_allow == std::vector<std::string>{"C"});
  given.environment["LOOP_ENV_ALLOW"] = "[\"C\"";
  CHECK_FALSE(load_config(given));
  given.environment["LOOP_ENV_ALLOW"] = "[\"C\"]\nother = 1";
  CHECK_FALSE(load_config(given));
}

TEST_CASE("deeply nested and ill-formed text is refused, never followed") {
  CHECK_FALSE(load_config(sources(std::string("a = ") + std::string(100'000, '['))));
  CHECK_FALSE(load_config(sources("engine.default_agent = \"\xff\"")));
  CHECK_FALSE(load_config(sources(std::string("x\0y", 3))));
}

TEST_CASE("files that tools keep away from are chosen by the operator, not by a workspace") {
  CHECK(load_config({})->config.files_deny.front() == ".env");

  ConfigSources given;
  given.workspace_toml = "[files]\ndeny = []\n";
  CHECK(error_of(given, Errc::not_trusted) != "");

  given.operator_toml = "[files]\ndeny = [\"secrets/\", \"!a.pem\"]\n";
  given.workspace_toml.clear();
  CHECK(load_config(given)->config.files_deny == std::vector<std::string>{"secrets/", "!a.pem"});
}

TEST_CASE("a rule for files that protects nothing is refused") {
  for (const char* rule : {"", "!", "/", "!/", " ", "[a", "a\\\\"}) {
    INFO(rule);
    ConfigSources given;
    given.operator_toml = std::string("[files]\ndeny = [\"") + rule + "\"]\n";
    CHECK_THAT(error_of(given), Contains("files.deny"));
  }
}

TEST_CASE("a coding agent is read with what it may do and may cost") {
  const auto loaded = load_config(
      sources("[agents.careful]\nadapter = \"claude\"\npermission = \"plan\"\nmodel = \"opus\"\n"
              "turns_max = 12\nbudget_usd = 2.5\nextra_args = [\"--effort\", \"high\"]\n"
              "[agent]\nmcp_command = [\"loop-mcp\", \"--stdio\"]"));

  REQUIRE(loaded);
  const AgentDefinition& agent = loaded->config.agents.at("careful");
  CHECK(agent.adapter == "claude");
  CHECK(agent.command == "claude");
  CHECK(agent.permission == AgentPermission::plan);
  CHECK(agent.model == "opus");
  CHECK(agent.turns_max == 12);
  CHECK(agent.budget_usd_micros == 2'500'000);
  CHECK(agent.extra_args == std::vector<std::string>{"--effort", "high"});
  CHECK(loaded->config.mcp_command == std::vector<std::string>{"loop-mcp", "--stdio"});
  CHECK(value_of(*loaded, "agents.careful.permission").value == "\"plan\"");
  CHECK(value_of(*loaded, "agents.careful.budget_usd").value == "2.5");
  CHECK(value_of(*loaded, "agents.careful.turns_max").value == "12");
}

TEST_CASE("an agent that is named like an adapter and has no args is of that adapter") {
  const auto adapter_of = [](const std::string& toml, const std::string& name) {
    const auto loaded = load_config(sources(toml));
    REQUIRE(loaded);
    return loaded->config.agents.at(name).adapter;
  };
  CHECK(adapter_of("[agents.codex]\npermission = \"full\"", "codex") == "codex");
  CHECK(adapter_of("[agents.codex]\ncommand = \"/opt/codex\"", "codex") == "codex");
  CHECK(adapter_of("[agents.codex]\ncommand = \"codex\"\nargs = [\"exec\"]", "codex") == "generic");
  CHECK(adapter_of("[agents.mine]\ncommand = \"codex\"", "mine") == "generic");
  CHECK(adapter_of("[agents.codex]\nadapter = \"gemini\"", "codex") == "gemini");
}

TEST_CASE("the limits of a coding agent hold at their edges") {
  const auto is_read = [](const std::string& line) {
    return load_config(sources("[agents.claude]\n" + line)).has_value();
  };
  CHECK(is_read("turns_max = 0"));
  CHECK(is_read("turns_max = 10000"));
  CHECK_FALSE(is_read("turns_max = 10001"));
  CHECK_FALSE(is_read("turns_max = -1"));
  CHECK_FALSE(is_read("turns_max = 1.5"));
  CHECK(is_read("budget_usd = 0"));
  CHECK(is_read("budget_usd = 100000"));
  CHECK_FALSE(is_read("budget_usd = 100000.1"));
  CHECK_FALSE(is_read("budget_usd = -0.1"));
  CHECK_FALSE(is_read("budget_usd = nan"));
  CHECK_FALSE(is_read("budget_usd = \"1\""));
  CHECK_FALSE(is_read("model = \"--yolo\""));
  CHECK_THAT(error_of(sources("[agents.claude]\npermission = \"edits\"")),
             Contains("did you mean \"edit\"") && Contains("plan, edit, full"));
  CHECK_THAT(error_of(sources("[agents.x]\nadapter = \"claud\"")), Contains("claude"));
}

TEST_CASE("prices are read by model, the parts of input by default as input") {
  const auto loaded =
      load_config(sources("[prices.\"gpt-5.9\"]\ninput = 1.25\ncached = 0.125\noutput = 10\n"
                          "[prices.house]\ninput = 2\ncache_write = 3\noutput = 4"));

  REQUIRE(loaded);
  CHECK(loaded->config.prices.at("gpt-5.9") ==
        ModelPrice{1'250'000, 125'000, 1'250'000, 10'000'000});
  CHECK(loaded->config.prices.at("house") ==
        ModelPrice{2'000'000, 2'000'000, 3'000'000, 4'000'000});
  CHECK(value_of(*loaded, "prices.\"gpt-5.9\".cached").value == "0.125");
  CHECK(value_of(*loaded, "prices.\"gpt-5.9\".cached").origin == ConfigOrigin::operator_file);
}

TEST_CASE("a price that is incomplete or absurd is refused") {
  CHECK_THAT(error_of(sources("[prices.m]\ninput = 1")), Contains("\"m\" lacks output"));
  CHECK_THAT(error_of(sources("[prices.m]\noutput = 1")), Contains("lacks input"));
  CHECK_THAT(error_of(sources("[prices.m]\ninputs = 1")), Contains("did you mean \"input\""));
  CHECK_THAT(error_of(sources("[prices.m]\ninput = -1")), Contains("0 to 100000"));
  CHECK_THAT(error_of(sources("[prices.m]\ninput = \"1\"")), Contains("0 to 100000"));
  CHECK_THAT(error_of(sources("[prices.m]\ninput = inf")), Contains("0 to 100000"));
  CHECK_THAT(error_of(sources("[prices]\ninput = 1")), Contains("prices"));
  CHECK_THAT(error_of(sources("[prices.\"a b\"]\ninput = 1")), Contains("prices"));
  CHECK(load_config(sources("[prices.m]\ninput = 0\noutput = 100000")));
}

TEST_CASE("a workspace's price is whole and before the operator's, once it is trusted") {
  ConfigSources given = sources("[prices.m]\ninput = 1\noutput = 2\ncached = 0.5",
                                "[prices.m]\ninput = 3\noutput = 4");
  CHECK_THAT(error_of(given, Errc::not_trusted), Contains("budget"));
  given.workspace_trusted = true;
  CHECK(load_config(given)->config.prices.at("m") ==
        ModelPrice{3'000'000, 3'000'000, 3'000'000, 4'000'000});
}

TEST_CASE("the MCP server of agents is the operator's to name") {
  CHECK_THAT(error_of(sources("", "[agent]\nmcp_command = [\"evil\"]"), Errc::not_trusted),
             Contains("loopctl trust"));
}

TEST_CASE("an agent's sandbox and limits are read, and stand in the list of values") {
  const auto loaded = load_config(sources(
      "[agents.mine]\ncommand = \"x\"\nsandbox = \"offline\"\nsandbox_fallback = "
      "\"best-effort\"\nsandbox_read = [\"/srv/data\"]\nsandbox_write = [\"~/.mine\"]\n"
      "address_space_mib_max = 512\nopen_files_max = 64\nprocesses_max = 0\ncore_mib_max = 2\n"
      "cpu_seconds_max = 60\nfile_mib_max = 7\n"));

  REQUIRE(loaded);
  const AgentDefinition& agent = loaded->config.agents.at("mine");
  CHECK(agent.sandbox.profile == SandboxProfile::offline);
  CHECK(agent.sandbox.fallback == SandboxFallback::best_effort);
  CHECK(agent.sandbox.read == std::vector<std::string>{"/srv/data"});
  CHECK(agent.sandbox.write == std::vector<std::string>{"~/.mine"});
  CHECK(agent.limits.address_space_bytes == 512ULL << 20);
  CHECK(agent.limits.open_files == 64U);
  CHECK_FALSE(agent.limits.processes);
  CHECK(agent.limits.core_bytes == 2ULL << 20);
  CHECK(agent.limits.cpu_seconds == 60U);
  CHECK(agent.limits.file_bytes == 7ULL << 20);
  CHECK(value_of(*loaded, "agents.mine.sandbox").value == "\"offline\"");
  CHECK(value_of(*loaded, "agents.mine.address_space_mib_max").value == "512");
  CHECK(value_of(*loaded, "agents.mine.core_mib_max").value == "2");
}

TEST_CASE("when nothing is said an agent is not confined, and writes no core dumps") {
  const auto loaded = load_config(sources("[agents.mine]\ncommand = \"x\""));
  REQUIRE(loaded);
  const AgentDefinition& agent = loaded->config.agents.at("mine");
  CHECK(loaded->config.sandbox == SandboxProfile::none);
  CHECK(agent.sandbox == AgentSandbox{});
  CHECK(agent.limits == ResourceLimits{.core_bytes = 0});
}

TEST_CASE("sandboxes, places and limits that make no sense are refused") {
  for (const char* line :
       {"sandbox = \"off\"", "sandbox = true", "sandbox_fallback = \"none\"",
        "sandbox_read = [\"relative\"]", "sandbox_read = [\"\"]", "sandbox_write = [\"~\"]",
        "sandbox_write = [\"~root/x\"]", "sandbox_write = \"/x\"", "open_files_max = -1",
        "open_files_max = \"1\"", "cpu_seconds_max = 1.5", "address_space_mib_max = 1099511627777",
        "core_mib_max = -1"}) {
    INFO(line);
    const std::string agent = fmt::format("[agents.mine]\ncommand = \"x\"\n{}", line);
    CHECK_THAT(error_of(sources(agent), Errc::invalid_data), Contains("allowed"));
  }
  CHECK_THAT(error_of(sources("[run]\nsandbox = \"full\""), Errc::invalid_data),
             Contains("none, workspace, offline"));
}

TEST_CASE("an untrusted workspace may confine agents more, never less") {
  for (const std::string profile : {"none", "workspace", "offline"}) {
    const std::string own = "[run]\nsandbox = \"workspace\"";
    auto given = sources(own, fmt::format("[run]\nsandbox = \"{}\"", profile));
    INFO(profile);
    if (profile == "none") {
      CHECK_THAT(error_of(given, Errc::not_trusted), Contains("confines agents less"));
    } else {
      CHECK(load_config(given));
    }
    given.workspace_trusted = true;
    CHECK(load_config(given));
  }
  CHECK_THAT(error_of(sources("", "[agents.mine]\ncommand = \"x\"\nsandbox = \"offline\""),
                      Errc::not_trusted),
             Contains("executed"));
}
