// SPDX-License-Identifier: MIT
// The stand-in is as strict about its command line as the programs that it plays. Each exit code
// and text was seen of the real one.
#include "fake_agent/fake_agent_fixture.hpp"

#include <unistd.h>

using namespace loop::test;
using Catch::Contains;

namespace {

struct Start {
  std::vector<std::string> words;
  int code;
  std::string err;  // a part of it
};

void check(const FakeAgent& agent, const std::string& dialect, const std::vector<Start>& starts) {
  for (const Start& start : starts) {
    std::string line = dialect;
    for (const std::string& word : start.words) line += " " + word;
    INFO(line);
    const auto result = agent.run(dialect, start.words);
    CHECK(result.code == start.code);
    CHECK_THAT(result.err, Contains(start.err));
  }
}

constexpr const char* kSession = "11111111-1111-4111-8111-111111111112";

}  // namespace

TEST_CASE("claude's refusals") {
  const FakeAgent agent;
  const std::vector<std::string> form{"--output-format", "stream-json", "--verbose"};
  const auto with = [&](std::vector<std::string> words) {
    words.insert(words.begin(), form.begin(), form.end());
    return words;
  };
  check(agent, "claude",
        {{{"-p", "hi", "--output-format", "stream-json"}, 1, "requires --verbose"},
         {with({"-p", "hi", "--bogus"}), 1, "error: unknown option '--bogus'"},
         {with({"-p", "--hi"}), 1, "unknown option '--hi'"},
         {with({"-p", "--", "--hi"}), 0, ""},
         {with({"-p", "hi", "--output-format", "bogus"}), 1,
          "Allowed choices are text, json, stream-json."},
         {with({"-p", "hi", "--permission-mode", "bogus"}), 1, "is invalid"},
         {with({"-p", "hi", "--model"}), 1, "argument missing"},
         {with({"-p", "hi", "--max-budget-usd", "x"}), 1, "must be a positive number"},
         {with({"-p"}), 1, "Input must be provided"},
         {with({"-p", "--allowedTools", "Bash", "hi"}), 1, "Input must be provided"},
         {with({"-p", "hi", "--mcp-config", "/nonexistent"}), 1, "MCP config file not found"},
         {with({"-p", "hi", "--mcp-config", R"({"x":1})"}), 1, "mcpServers: Invalid input"},
         {with({"-p", "hi", "--session-id", "bogus"}), 1, "Must be a valid UUID"},
         {with({"-p", "hi", "--resume", kSession}), 1, "No conversation found"},
         {with({"-p", "hi", "--session-id", kSession}), 0, ""},
         {with({"-p", "hi", "--session-id", kSession}), 1, "already in use"},
         {with({"-p", "hi", "--resume", kSession}), 0, ""}});
}

TEST_CASE("claude refuses to bypass permissions as root, unless it is in a sandbox") {
  FakeAgent agent;
  auto words = dialect_commands().at("claude");
  words.insert(words.end(), {"hi", "--permission-mode", "bypassPermissions"});
  const bool is_root = ::geteuid() == 0;
  CHECK(agent.run("claude", words).code == (is_root ? 1 : 0));
  agent.environment["IS_SANDBOX"] = "1";
  CHECK(agent.run("claude", words).code == 0);
}

TEST_CASE("codex's refusals") {
  const FakeAgent agent;
  check(agent, "codex",
        {{{"exec", "--json", "hi"}, 1, "--skip-git-repo-check was not specified"},
         {{"exec", "--json", "--skip-git-repo-check"}, 1, "No prompt provided via stdin"},
         {{"exec", "--json", "--bogus", "hi"}, 2, "unexpected argument '--bogus' found"},
         {{"exec", "--json", "--skip-git-repo-check", "hi", "there"}, 2, "'there' found"},
         {{"exec", "--json", "--skip-git-repo-check", "--", "--hi"}, 0, ""},
         {{"exec", "-s", "bogus", "hi"}, 2, "[possible values: read-only"},
         {{"exec", "-s", "read-only", "--approve-for-me", "hi"}, 2, "cannot be used with"},
         {{"exec", "--skip-git-repo-check", "-c", "x", "hi"}, 1, "missing '='"},
         {{"exec", "resume", "-s", "read-only", kSession, "hi"}, 2, "unexpected argument '-s'"},
         {{"exec", "-s", "read-only", "--skip-git-repo-check", "resume", kSession, "hi"},
          1,
          "no rollout found"}});
  std::filesystem::create_directory(agent.folder.path(".git"));
  check(agent, "codex", {{{"exec", "--json", "hi"}, 0, ""}});
}

TEST_CASE("codex resumes a thread that it has begun") {
  const FakeAgent agent;
  const auto first = agent.play("codex", "hi");
  const std::string thread(events_of(first.out).at(0).at("thread_id").as_string());

  const auto again =
      agent.run("codex", {"exec", "resume", "--json", "--skip-git-repo-check", thread, "go on"});

  CHECK(again.code == 0);
  CHECK(events_of(again.out).at(0).at("thread_id").as_string() == thread);
}

TEST_CASE("gemini's refusals") {
  FakeAgent agent;
  check(agent, "gemini",
        {{{"-p", "hi", "-o", "stream-json"}, 55, "not running in a trusted directory"},
         {{"-p", "hi", "--skip-trust", "--bogus"}, 1, "Unknown argument"},
         {{"-p", "--hi", "--skip-trust"}, 1, "Not enough arguments"},
         {{"-p", "- hi", "--skip-trust"}, 0, ""},
         {{"--prompt=--hi", "--skip-trust"}, 0, ""},
         {{"-p", "hi", "-o", "bogus"}, 1, "Choices"},
         {{"-p", "hi", "--yolo", "--approval-mode", "plan"}, 1, "Cannot use both"},
         {{"-p", "hi", "extra"}, 1, "Cannot use both a positional prompt"},
         {{"-p", "hi", "--skip-trust", "--resume", kSession}, 42, "Invalid session identifier"},
         {{"-p", "hi", "--skip-trust", "--session-id", kSession}, 0, ""},
         {{"-p", "hi", "--skip-trust", "--resume", kSession}, 0, ""}});
  CHECK(agent.run("gemini", {"-p", "- hi", "--skip-trust"}).out.find("init") == std::string::npos);
  agent.environment.erase("GEMINI_API_KEY");
  check(agent, "gemini", {{{"-p", "hi", "--skip-trust"}, 41, "Please set an Auth method"}});
}

TEST_CASE("opencode's refusals") {
  const FakeAgent agent;
  check(agent, "opencode",
        {{{"run", "--format", "json"}, 1, "You must provide a message or a command"},
         {{"run", "--format", "json", "--bogus", "hi"}, 1, "opencode run [message..]"},
         {{"run", "--format", "json", "--hi"}, 1, "opencode run [message..]"},
         {{"run", "--format", "json", "--", "--hi"}, 0, ""},
         {{"run", "--format", "bogus", "hi"}, 1, "opencode run [message..]"},
         {{"run", "--format", "json", "-s", "ses_nope", "hi"}, 1, "Session not found"},
         {{"run", "--format", "json", "-m", "bogus", "hi"}, 1, ""}});
}

TEST_CASE("a plain program's refusals, and misuse of the stand-in itself") {
  const FakeAgent agent;
  check(agent, "text", {{{"-x"}, 2, "unknown option"}, {{}, 2, "usage"}, {{"a", "b"}, 2, "usage"}});
  check(agent, "nobody", {{{"hi"}, 64, "FAKE_AGENT"}});
  check(agent, "text", {{{"scenario:nothing"}, 64, "unknown scenario \"nothing\""}});
  check(agent, "text", {{{"usage:1,2"}, 64, "in,cache_read"}});
}
