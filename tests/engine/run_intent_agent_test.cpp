// SPDX-License-Identifier: MIT
// What a runner has to know of a coding agent stands in the intent, and older intents are read.
#include "engine/run_record_json.hpp"

#include "support/catch.hpp"

using namespace loop;

namespace {

RunIntent an_intent() {
  RunIntent intent;
  intent.run = RunId("s@20251101T063800Z");
  intent.schedule = ScheduleId("s");
  intent.claimed = *parse_instant("2025-11-01T06:38:00Z");
  intent.mode = ModeSlug("code");
  intent.agent.name = "careful";
  intent.agent.adapter = "claude";
  intent.agent.permission = AgentPermission::full;
  intent.agent.model = "opus";
  intent.agent.turns_max = 12;
  intent.agent.budget_usd_micros = 2'500'000;
  intent.agent.extra_args = {"--effort", "high"};
  intent.agent.sandbox = {SandboxProfile::workspace,
                          SandboxFallback::best_effort,
                          {"/srv"},
                          {"~/.claude", "~/.claude.json"}};
  intent.agent.limits = {.open_files = 64, .cpu_seconds = 60, .core_bytes = 0};
  intent.sandbox = SandboxProfile::offline;
  intent.mcp_command = {"loop-mcp", "--stdio"};
  intent.prices["gpt-5.9"] = {1, 2, 3, 4};
  return intent;
}

// The text without a member, as a program that did not know it wrote it.
std::string without(std::string text, const std::string& key) {
  const std::size_t start = text.find(",\"" + key + "\":");
  REQUIRE(start != std::string::npos);
  std::size_t end = start + key.size() + 4;
  for (int depth = 0; end < text.size(); ++end) {
    const char c = text[end];
    if (depth == 0 && (c == ',' || c == '}')) break;
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') --depth;
  }
  return text.erase(start, end - start);
}

}  // namespace

TEST_CASE("an intent keeps what its agent may do, its MCP server and the prices") {
  const auto read = parse_intent(format_intent(an_intent()));

  REQUIRE(read);
  CHECK(read->agent.permission == AgentPermission::full);
  CHECK(read->agent.model == "opus");
  CHECK(read->agent.turns_max == 12);
  CHECK(read->agent.budget_usd_micros == 2'500'000);
  CHECK(read->agent.extra_args == std::vector<std::string>{"--effort", "high"});
  CHECK(read->agent.sandbox == an_intent().agent.sandbox);
  CHECK(read->agent.limits == an_intent().agent.limits);
  CHECK(read->sandbox == SandboxProfile::offline);
  CHECK(read->mcp_command == std::vector<std::string>{"loop-mcp", "--stdio"});
  CHECK(read->prices == std::map<std::string, ModelPrice>{{"gpt-5.9", {1, 2, 3, 4}}});
}

TEST_CASE("an intent of a program that knew none of this is read") {
  std::string text = format_intent(an_intent());
  for (const char* key : {"permission", "model", "turns_max", "budget_usd_micros", "extra_args",
                          "mcp_command", "prices", "limits", "sandbox", "sandbox"}) {
    text = without(std::move(text), key);  // the agent's sandbox comes before the run's
  }
  const auto read = parse_intent(text);

  REQUIRE(read);
  CHECK(read->agent.permission == AgentPermission::edit);
  CHECK(read->mcp_command.empty());
  CHECK(read->prices.empty());
  CHECK(read->sandbox == SandboxProfile::none);
  CHECK(read->agent.sandbox == AgentSandbox{});
  CHECK(read->agent.limits == ResourceLimits{.core_bytes = 0});
}

TEST_CASE("a permission that nobody knows is refused, not guessed") {
  std::string text = format_intent(an_intent());
  text.replace(text.find("\"full\""), 6, "\"more\"");
  const auto read = parse_intent(text);
  REQUIRE_FALSE(read);
  CHECK(read.error().message().find("plan, edit or full") != std::string::npos);
}

TEST_CASE("a result keeps the session and what its stream held besides") {
  AttemptResult result;
  result.outcome.session = "ses_1";
  result.outcome.unknown_fields = 1;
  result.outcome.garbage_lines = 2;
  result.outcome.cut_lines = 3;
  result.outcome.refused_figures = 4;
  const auto read = parse_result(format_result(result));

  REQUIRE(read);
  CHECK(read->outcome.session == "ses_1");
  CHECK(read->outcome.unknown_fields == 1);
  CHECK(read->outcome.garbage_lines == 2);
  CHECK(read->outcome.cut_lines == 3);
  CHECK(read->outcome.refused_figures == 4);
}

TEST_CASE("a sandbox that nobody knows is refused, not guessed") {
  for (const std::string word : {"\"offline\"", "\"workspace\"", "\"best-effort\""}) {
    std::string text = format_intent(an_intent());
    text.replace(text.find(word), word.size(), "\"open\"");
    INFO(text);
    CHECK_FALSE(parse_intent(text));
  }
}

TEST_CASE("a start keeps what confined its agent, and an older one without is read") {
  AttemptStart start;
  start.sandbox = "workspace (Landlock ABI 7: files)";
  start.limits = "core 0";
  start.group = "/sys/fs/cgroup/loop-run-1";
  const std::string text = format_started(start);
  const auto read = parse_started(text);
  REQUIRE(read);
  CHECK(read->sandbox == start.sandbox);
  CHECK(read->limits == start.limits);
  CHECK(read->group == start.group);

  const auto older = parse_started(without(without(text, "sandbox"), "limits"));
  REQUIRE(older);
  CHECK(older->sandbox.empty());
}
