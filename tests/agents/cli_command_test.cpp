// SPDX-License-Identifier: MIT
// The command lines of coding agents: what the operator allows, how a session goes on, and what
// nobody can slip in.
#include "agents/cli_dialect.hpp"

#include "support/catch.hpp"

#include <algorithm>

using namespace loop;
using Catch::Contains;
using Argv = std::vector<std::string>;

namespace {

constexpr const char* kSession = "dc087996-78a6-4875-822a-6e875d7a8875";
const std::vector<std::string> kNames = {"claude", "codex", "gemini", "opencode"};

AgentDefinition named(const std::string& name) {
  for (const AgentDefinition& definition : built_in_agents()) {
    if (definition.name == name) return definition;
  }
  FAIL("no built-in agent is named " << name);
  return {};
}

AgentTask a_task() {
  AgentTask task;
  task.prompt = "Fix the bug";
  task.prompt_path = "/w/.loop/runs/r/prompt.md";
  task.session = kSession;
  task.directory = "/w";
  return task;
}

AgentTask resumed(const std::string& said) {
  AgentTask task = a_task();
  task.resume = true;
  task.said_session = said;
  return task;
}

Result<AgentCommand> command_of(const AgentDefinition& definition, const AgentTask& task) {
  const auto adapter = make_adapter(definition, "Etc/UTC");
  REQUIRE(adapter);
  return (*adapter)->command(task);
}

Argv argv_of(const AgentDefinition& definition, const AgentTask& task) {
  const auto command = command_of(definition, task);
  REQUIRE(command);
  return command->argv;
}

bool holds(const Argv& argv, const Argv& part) {
  return std::search(argv.begin(), argv.end(), part.begin(), part.end()) != argv.end();
}

}  // namespace

TEST_CASE("each coding agent works by its name alone") {
  CHECK(argv_of(named("claude"), a_task()) == Argv{"claude", "-p", "Fix the bug", "--output-format",
                                                   "stream-json", "--verbose", "--permission-mode",
                                                   "acceptEdits", "--session-id", kSession});
  CHECK(argv_of(named("codex"), a_task()) == Argv{"codex", "exec", "--json",
                                                  "--skip-git-repo-check", "-s", "workspace-write",
                                                  "Fix the bug"});
  CHECK(argv_of(named("gemini"), a_task()) == Argv{"gemini", "-p", "Fix the bug", "-o",
                                                   "stream-json", "--approval-mode", "auto_edit",
                                                   "--skip-trust", "--session-id", kSession});
  CHECK(argv_of(named("opencode"), a_task()) ==
        Argv{"opencode", "run", "--format", "json", "Fix the bug"});
}

TEST_CASE("what it may do is said in each agent's own words") {
  const auto with = [](const std::string& name, AgentPermission permission) {
    AgentDefinition definition = named(name);
    definition.permission = permission;
    return *command_of(definition, a_task());
  };
  using enum AgentPermission;
  CHECK(holds(with("claude", plan).argv, {"--permission-mode", "plan"}));
  CHECK(holds(with("claude", full).argv, {"--permission-mode", "bypassPermissions"}));
  CHECK(holds(with("codex", plan).argv, {"-s", "read-only"}));
  CHECK(holds(with("codex", full).argv, {"-s", "danger-full-access"}));
  CHECK(holds(with("gemini", plan).argv, {"--approval-mode", "plan"}));
  CHECK(holds(with("gemini", full).argv, {"--approval-mode", "yolo"}));
  CHECK(with("opencode", plan).environment.at("OPENCODE_CONFIG_CONTENT") ==
        R"({"permission":{"edit":"deny","bash":"deny","external_directory":"deny"}})");
  CHECK(with("opencode", edit).environment.at("OPENCODE_CONFIG_CONTENT") ==
        R"({"permission":{"edit":"allow","bash":"deny","external_directory":"deny"}})");
  CHECK(with("opencode", full).environment.empty());
  CHECK(holds(with("opencode", full).argv, {"--auto"}));
  CHECK_FALSE(holds(with("opencode", edit).argv, {"--auto"}));
}

TEST_CASE("Claude's bypass is refused to root before it is started") {
  AgentDefinition definition = named("claude");
  definition.permission = AgentPermission::full;
  AgentTask task = a_task();
  CHECK(command_of(definition, task));
  task.is_root = true;
  const auto refused = command_of(definition, task);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code() == Errc::invalid_argument);
  CHECK_THAT(refused.error().message(), Contains("root") && Contains("agents.claude.permission"));
  definition.permission = AgentPermission::edit;
  CHECK(command_of(definition, task));
}

TEST_CASE("model, limits and further arguments") {
  AgentDefinition definition = named("claude");
  definition.command = "/opt/claude";
  definition.model = "opus";
  definition.turns_max = 7;
  definition.budget_usd_micros = 1'250'000;
  definition.extra_args = {"--effort", "high"};
  AgentTask task = a_task();
  const Argv argv = argv_of(definition, task);
  CHECK(argv.front() == "/opt/claude");
  CHECK(holds(argv, {"--model", "opus"}));
  CHECK(holds(argv, {"--max-turns", "7"}));
  CHECK(holds(argv, {"--max-budget-usd", "1.250000"}));
  CHECK(Argv(argv.end() - 2, argv.end()) == Argv{"--effort", "high"});
  task.model = "sonnet";
  CHECK(holds(argv_of(definition, task), {"--model", "sonnet"}));

  for (const std::string name : {"codex", "gemini", "opencode"}) {
    INFO(name);
    AgentDefinition other = named(name);
    other.extra_args = {"--x"};
    CHECK(holds(argv_of(other, task), {"-m", "sonnet"}));
    CHECK(holds(argv_of(other, task), {"--x"}));
    other.turns_max = 1;
    CHECK_FALSE(make_adapter(other, "Etc/UTC"));
    other.turns_max = 0;
    other.budget_usd_micros = 1;
    CHECK_FALSE(make_adapter(other, "Etc/UTC"));
  }
}

TEST_CASE("keys of the generic adapter are refused with the way out") {
  for (const std::string& name : kNames) {
    std::vector<AgentDefinition> wrong(3, named(name));
    wrong[0].args = {"-p"};
    wrong[1].format = "json-lines";
    wrong[2].success_exit = {0, 1};
    for (const AgentDefinition& definition : wrong) {
      const auto refused = make_adapter(definition, "Etc/UTC");
      REQUIRE_FALSE(refused);
      CHECK(refused.error().code() == Errc::invalid_argument);
      CHECK_THAT(refused.error().message(),
                 Contains(name) && Contains("leave") || Contains("extra_args"));
    }
  }
}

TEST_CASE("a session goes on by the name that the agent gave it") {
  CHECK(holds(argv_of(named("claude"), resumed("s-1")), {"--resume", "s-1"}));
  CHECK(holds(argv_of(named("gemini"), resumed("s-1")), {"--resume", "s-1"}));
  CHECK(holds(argv_of(named("opencode"), resumed("ses_1")), {"-s", "ses_1"}));
  const Argv codex = argv_of(named("codex"), resumed("t-1"));
  CHECK(Argv(codex.end() - 3, codex.end()) == Argv{"resume", "t-1", "Fix the bug"});
}

TEST_CASE("an attempt that died before it named its session is not resumed and does not collide") {
  for (const std::string& name : kNames) {
    INFO(name);
    const Argv argv = argv_of(named(name), resumed(""));
    for (const char* word : {"resume", "--resume", "--session-id", kSession}) {
      CHECK(std::count(argv.begin(), argv.end(), word) == 0);
    }
    CHECK(std::count(argv.begin() + 1, argv.end(), "-s") == (name == "codex" ? 1 : 0));
  }
}

TEST_CASE("a long prompt goes by stdin, up to the limit it is an argument") {
  for (const std::string& name : kNames) {
    INFO(name);
    AgentTask task = a_task();
    for (const std::size_t size :
         {kPromptArgumentBytesMax - 1, kPromptArgumentBytesMax, kPromptArgumentBytesMax + 1}) {
      task.prompt = "x " + std::string(size - 2, 'x');
      const auto command = command_of(named(name), task);
      REQUIRE(command);
      const bool is_argument = size < kPromptArgumentBytesMax;
      CHECK(command->stdin_path.empty() == is_argument);
      CHECK(holds(command->argv, {task.prompt}) == is_argument);
    }
  }
}

TEST_CASE("a prompt that could be an option or a subcommand, or that no argument holds, is fed") {
  for (const std::string& name : kNames) {
    for (const std::string& prompt :
         {std::string("--dangerously-skip-permissions now"), std::string("- list the files"),
          std::string("-"), std::string("review"), std::string(), std::string("a \0 b", 5)}) {
      INFO(name << ": " << prompt);
      AgentTask task = a_task();
      task.prompt = prompt;
      const auto command = command_of(named(name), task);
      REQUIRE(command);
      CHECK(command->stdin_path == task.prompt_path);
      CHECK(std::count(command->argv.begin(), command->argv.end(), prompt) ==
            (name == "codex" && prompt == "-" ? 1 : 0));
    }
    CHECK(command_of(named(name), a_task())->stdin_path.empty());
  }
}

TEST_CASE("a schedule's model is no way to further options") {
  for (const std::string& name : kNames) {
    AgentTask task = a_task();
    task.model = "--yolo";
    const auto refused = command_of(named(name), task);
    REQUIRE_FALSE(refused);
    CHECK_THAT(refused.error().message(), Contains("--yolo"));
    task.model = std::string("a\0b", 3);
    CHECK_FALSE(command_of(named(name), task));
  }
}

TEST_CASE("an MCP server is given for the one run") {
  AgentTask task = a_task();
  task.mcp_command = {"/usr/bin/loop mcp", "--root", "/w \"x\"\n"};

  const Argv claude = argv_of(named("claude"), task);
  CHECK(holds(claude, {"--allowedTools", "mcp__loop", "--mcp-config",
                       R"({"mcpServers":{"loop":{"type":"stdio","command":"/usr/bin/loop mcp",)"
                       R"("args":["--root","/w \"x\"\n"]}}})",
                       "--strict-mcp-config"}));
  CHECK(holds(argv_of(named("codex"), task),
              {"-c", R"(mcp_servers.loop.command="/usr/bin/loop mcp")", "-c",
               R"(mcp_servers.loop.args=["--root","/w \"x\"\n"])"}));
  AgentDefinition opencode = named("opencode");
  opencode.permission = AgentPermission::full;
  CHECK(command_of(opencode, task)->environment.at("OPENCODE_CONFIG_CONTENT") ==
        R"({"mcp":{"loop":{"type":"local","command":["/usr/bin/loop mcp","--root",)"
        R"("/w \"x\"\n"],"enabled":true}}})");
  const auto gemini = command_of(named("gemini"), task);  // has no form for one run
  CHECK(gemini->argv == argv_of(named("gemini"), a_task()));
  CHECK(gemini->environment.empty());

  AgentDefinition planning = named("claude");
  planning.permission = AgentPermission::plan;
  CHECK_FALSE(holds(argv_of(planning, task), {"--allowedTools"}));
}

TEST_CASE("an agent gets the variables that tell it who it is") {
  const auto asks_for = [](const std::string& name, const std::string& variable) {
    const auto names = command_of(named(name), a_task())->pass_on;
    return std::count(names.begin(), names.end(), variable) == 1;
  };
  CHECK(asks_for("claude", "ANTHROPIC_API_KEY"));
  CHECK(asks_for("codex", "CODEX_HOME"));
  CHECK(asks_for("gemini", "GEMINI_API_KEY"));
  CHECK(asks_for("opencode", "OPENAI_API_KEY"));
  CHECK_FALSE(asks_for("codex", "ANTHROPIC_API_KEY"));
}
