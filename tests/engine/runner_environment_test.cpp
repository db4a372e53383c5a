// SPDX-License-Identifier: MIT
// What an agent finds in its environment, and what it must never find.
#include "engine/runner_environment.hpp"

#include "support/catch.hpp"

#include <algorithm>

using namespace loop;

namespace {

struct Given {
  std::map<std::string, std::string> runner = {
      {"PATH", "/usr/bin"},       {"HOME", "/home/a"},     {"LC_TIME", "C"},
      {"TERM", "xterm"},          {"AWS_SECRET_KEY", "s"}, {"LOOP_TOKEN", "t"},
      {"LD_PRELOAD", "/evil.so"}, {"API_KEY", "k"},        {"LOOP_ATTEMPT", "outer/a1"},
      {"LOOP_DEPTH", "7"},
  };
  std::map<std::string, std::string> adapter;
  std::vector<std::string> pass_on;
  std::string temporary;
  RunIntent intent;

  Given() {
    intent.run = RunId("s@20251101T063800Z");
    intent.mode = ModeSlug("code");
    intent.depth = 2;
    intent.timeout_total = std::chrono::hours{1};
  }

  AgentEnvironment make() const {
    return agent_environment({runner, adapter, intent, "/w", "/w/prompt.md",
                              process_marker("/w", intent.run, 1),
                              *parse_instant("2025-11-01T06:38:00Z"), pass_on, temporary});
  }
};

bool holds(const AgentEnvironment& made, const std::string& entry) {
  return std::count(made.entries.begin(), made.entries.end(), entry) == 1;
}

bool names(const AgentEnvironment& made, const std::string& name) {
  return std::any_of(made.entries.begin(), made.entries.end(), [&](const std::string& entry) {
    return entry.substr(0, name.size() + 1) == name + "=";
  });
}

}  // namespace

TEST_CASE("an agent gets the common names, and nothing that nobody allowed") {
  const auto made = Given().make();

  for (const char* entry :
       {"PATH=/usr/bin", "HOME=/home/a", "LC_TIME=C", "TERM=dumb", "NO_COLOR=1"}) {
    CHECK(holds(made, entry));
  }
  for (const char* name : {"AWS_SECRET_KEY", "LOOP_TOKEN", "LD_PRELOAD", "API_KEY"}) {
    CHECK_FALSE(names(made, name));
  }
  CHECK(made.refused.empty());
}

TEST_CASE("an agent knows its run, its root, its depth and its deadline") {
  const auto made = Given().make();

  for (const char* entry :
       {"LOOP_RUN_ID=s@20251101T063800Z", "LOOP_ROOT=/w", "LOOP_MODE=code", "LOOP_DEPTH=2",
        "LOOP_DEADLINE=2025-11-01T07:38:00.000Z", "LOOP_PROMPT_FILE=/w/prompt.md",
        "LOOP_ATTEMPT=/w:s@20251101T063800Z/a1"}) {
    INFO(entry);
    CHECK(holds(made, entry));
  }
}

TEST_CASE("the depth is that of the run in its tree, whatever the runner was told") {
  Given given;
  for (const int depth : {1, 2, 5}) {
    given.intent.depth = depth;
    CHECK(holds(given.make(), "LOOP_DEPTH=" + std::to_string(depth)));
  }
}

TEST_CASE("without a total limit there is no deadline") {
  Given given;
  given.intent.timeout_total = Duration{0};
  CHECK_FALSE(names(given.make(), "LOOP_DEADLINE"));
}

TEST_CASE("the operator's names are passed on, of the agent and of all agents") {
  Given given;
  given.intent.agent.env_allow = {"API_KEY", "ABSENT"};
  given.intent.env_allow = {"AWS_SECRET_KEY", "LOOP_TOKEN"};
  const auto made = given.make();

  CHECK(holds(made, "API_KEY=k"));
  CHECK(holds(made, "AWS_SECRET_KEY=s"));
  CHECK_FALSE(names(made, "ABSENT"));
  CHECK_FALSE(names(made, "LOOP_TOKEN"));
}

TEST_CASE("a schedule sets plain variables, but none that loads code or moves a server") {
  Given given;
  given.intent.env = {{"PLAIN", "a=b\nc"},
                      {"LD_PRELOAD", "/w/evil.so"},
                      {"LOOP_DEPTH", "0"},
                      {"ANTHROPIC_BASE_URL", "http://evil"},
                      {"PATH", "/w/bin"},
                      {"BASH_ENV", "/w/x"},
                      {"", "x"},
                      {"A=B", "x"},
                      {"NUL", std::string("\0", 1)}};
  const auto made = given.make();

  CHECK(holds(made, "PLAIN=a=b\nc"));
  CHECK(holds(made, "PATH=/usr/bin"));
  CHECK(holds(made, "LOOP_DEPTH=2"));
  CHECK_FALSE(names(made, "LD_PRELOAD"));
  CHECK_FALSE(names(made, "ANTHROPIC_BASE_URL"));
  CHECK_FALSE(names(made, "BASH_ENV"));
  CHECK_FALSE(names(made, "NUL"));
  CHECK(made.refused == std::vector<std::string>{"", "A=B", "ANTHROPIC_BASE_URL", "BASH_ENV",
                                                 "LD_PRELOAD", "LOOP_DEPTH", "NUL", "PATH"});
}

TEST_CASE("the operator may allow a schedule to set them") {
  Given given;
  given.intent.env = {{"NODE_OPTIONS", "-r x"}, {"PATH", "/opt/bin"}, {"LOOP_DEPTH", "0"}};
  given.intent.agent.env_allow = {"NODE_OPTIONS"};
  given.intent.env_allow = {"PATH", "LOOP_DEPTH"};
  const auto made = given.make();

  CHECK(holds(made, "NODE_OPTIONS=-r x"));
  CHECK(holds(made, "PATH=/opt/bin"));
  CHECK(made.refused == std::vector<std::string>{"LOOP_DEPTH"});
}

// An allowed name was once the schedule's to set, too: the operator's key went to its server.
TEST_CASE("an allowed address of a server is the operator's, never the schedule's") {
  Given given;
  given.runner["ANTHROPIC_BASE_URL"] = "http://own-proxy";
  given.runner["LD_LIBRARY_PATH"] = "/opt/lib";
  given.intent.env_allow = {"ANTHROPIC_BASE_URL", "LD_LIBRARY_PATH", "LD_PRELOAD"};
  given.intent.env = {{"ANTHROPIC_BASE_URL", "http://evil"},
                      {"LD_LIBRARY_PATH", "/w/lib"},
                      {"LD_PRELOAD", "/w/evil.so"}};
  const auto made = given.make();

  CHECK(holds(made, "ANTHROPIC_BASE_URL=http://own-proxy"));
  CHECK(holds(made, "LD_LIBRARY_PATH=/opt/lib"));
  CHECK(holds(made, "LD_PRELOAD=/evil.so"));
  CHECK(made.refused ==
        std::vector<std::string>{"ANTHROPIC_BASE_URL", "LD_LIBRARY_PATH", "LD_PRELOAD"});
}

TEST_CASE("a schedule moves no home, proxy, certificate or git without the operator's word") {
  Given given;
  given.intent.env = {
      {"HOME", "/w"},          {"XDG_CONFIG_HOME", "/w"}, {"HTTPS_PROXY", "http://e"},
      {"https_proxy", "http"}, {"GIT_SSH", "/w/x"},       {"SSL_CERT_FILE", "/w/c"},
      {"TMPDIR", "/w"}};
  const auto made = given.make();

  CHECK(holds(made, "HOME=/home/a"));
  CHECK(made.refused.size() == given.intent.env.size());
  CHECK_FALSE(names(made, "HTTPS_PROXY"));
}

TEST_CASE("a confined agent's temporary files go where it may write, whatever the runner has") {
  Given given;
  given.runner["TMPDIR"] = "/tmp";
  CHECK(holds(given.make(), "TMPDIR=/tmp"));

  given.temporary = "/w/.loop/tmp";
  for (const char* name : {"TMPDIR", "TMP", "TEMP"}) {
    CHECK(holds(given.make(), std::string(name) + "=/w/.loop/tmp"));
  }
}

TEST_CASE("the adapter's variables stand above the lists, and no schedule changes them") {
  Given given;
  given.adapter = {{"HOME", "/adapter"}, {"AGENT_CONFIG", "deny"}, {"LOOP_ROOT", "/evil"}};
  given.intent.env = {{"AGENT_CONFIG", "allow"}, {"PLAIN", "schedule"}};
  const auto made = given.make();

  CHECK(holds(made, "HOME=/adapter"));
  CHECK(holds(made, "AGENT_CONFIG=deny"));
  CHECK(holds(made, "PLAIN=schedule"));
  CHECK(holds(made, "LOOP_ROOT=/w"));
  CHECK(made.refused == std::vector<std::string>{"AGENT_CONFIG"});

  given.intent.env_allow = {"AGENT_CONFIG"};
  CHECK(holds(given.make(), "AGENT_CONFIG=allow"));
}

TEST_CASE(
    "names that the adapter asks for are passed on when they are set, and are no schedule's") {
  Given given;
  given.pass_on = {"API_KEY", "API_HOME", "LOOP_TOKEN"};
  given.intent.env = {{"API_KEY", "other"}, {"API_HOME", "/w/evil"}};
  const auto made = given.make();

  CHECK(holds(made, "API_KEY=k"));
  CHECK_FALSE(names(made, "API_HOME"));
  CHECK_FALSE(names(made, "LOOP_TOKEN"));
  CHECK(made.refused == std::vector<std::string>{"API_HOME", "API_KEY"});
}
