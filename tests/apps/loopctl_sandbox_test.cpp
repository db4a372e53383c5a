// SPDX-License-Identifier: MIT
// A confined agent from the operator's configuration to what loopctl shows, all by built programs.
#include "apps/loopctl_fixture.hpp"

#include <filesystem>
#include <fstream>

#include "loop/base/process.h"
#include "support/catch.hpp"

using namespace loop::test;
using Catch::Contains;

namespace fs = std::filesystem;

namespace {

bool is_possible() {
  const auto support = loop::make_posix_process_launcher()->confinement_support();
  if (support.landlock_abi > 0 && support.has_socket_filter) return true;
  WARN("not tried: " << support.landlock_problem);
  return false;
}

// The stand-in for Claude Code, confined, which tries things by a script.
struct Confined {
  LoopctlFixture fixture;

  explicit Confined(const std::string& configuration, const std::string& probe) {
    // The agent is told HOME alone, so that its own loopctl finds the same configuration.
    fixture.environment.erase("XDG_CONFIG_HOME");
    fixture.environment.erase("XDG_STATE_HOME");
    fs::create_directories(fixture.top() + "/home/.config/loop");
    fs::create_directory(fixture.top() + "/bin");
    fs::create_symlink(LOOP_FAKE_AGENT, fixture.top() + "/bin/claude");
    std::ofstream(fixture.top() + "/canary") << "secret\n";
    std::ofstream(fixture.top() + "/home/.config/loop/config.toml")
        << "[agents.claude]\ncommand = \"" << fixture.top() << "/bin/claude\"\n"
        << configuration;
    fixture.make_workspace();
    REQUIRE(fixture.run({"trust", "--yes"}).code == 0);
    fixture.write("probe.sh", probe);
    const auto added = fixture.run(
        {"schedule", "add", "--name", "job", "--type", "manual", "--agent", "claude",
         "--instructions", "Play scenario:calls_back", "--env", "FAKE_CALLBACK=/bin/sh probe.sh"});
    INFO(added.err);
    REQUIRE(added.code == 0);
  }

  // What the script printed, as the agent's answer.
  std::string answer() {
    const auto done = fixture.run({"schedule", "trigger", "job", "--wait", "--json"});
    INFO(done.err);
    INFO(done.out);
    REQUIRE(done.code == 0);
    return std::string(shown().at("answer").as_string());
  }

  boost::json::object shown() {
    const auto runs = parse_object(fixture.run({"runs", "list", "--json"}).out);
    for (const auto& run : runs.at("runs").as_array()) {
      if (!run.at("parent").is_null()) continue;
      const std::string id(run.at("id").as_string());
      return parse_object(fixture.run({"runs", "show", id, "--json"}).out).at("run").as_object();
    }
    FAIL("there is no run");
    return {};
  }
};

const std::string kTries =
    "cat ../canary 2>/dev/null || echo unread; (echo x > ../escaped) 2>/dev/null || echo unwritten;"
    "cat /etc/shadow 2>/dev/null || echo unshadowed; echo made > made && cat made";

}  // namespace

TEST_CASE("a confined agent is refused what is outside, and loopctl says what held") {
  if (!is_possible()) return;
  Confined confined("sandbox = \"workspace\"\nopen_files_max = 200\n", kTries);

  CHECK(confined.answer() == "unread\nunwritten\nunshadowed\nmade");

  CHECK_FALSE(fs::exists(confined.fixture.top() + "/escaped"));
  const auto run = confined.shown();
  CHECK_THAT(std::string(run.at("sandbox").as_string()), Contains("workspace (Landlock ABI "));
  CHECK(run.at("limits").as_string() == "open files 200, core 0");
  const std::string id(run.at("id").as_string());
  CHECK_THAT(confined.fixture.run({"runs", "show", id}).out, Contains("sandbox    "));
  const auto got = confined.fixture.run({"call", "get_run", "{\"run_id\":\"" + id + "\"}"});
  CHECK_THAT(got.out, Contains("workspace (Landlock ABI "));
  CHECK_THAT(confined.fixture.run({"doctor"}).out, Contains("agent \"claude\": sandbox: "));
  const auto status = confined.fixture.run({"call", "get_system_status", "{}"});
  CHECK_THAT(status.out, Contains("Landlock ABI "));
}

TEST_CASE("without a sandbox the same tries succeed") {
  Confined confined("", kTries);
  CHECK_THAT(confined.answer(), Contains("secret"));
  CHECK(fs::exists(confined.fixture.top() + "/escaped"));
  CHECK(confined.shown().at("sandbox").as_string() == "none");
}

TEST_CASE("what a confined agent delegates is confined with it") {
  if (!is_possible()) return;
  const std::string loopctl = LOOP_LOOPCTL;
  Confined confined("sandbox = \"workspace\"\n[engine]\nparallel_max = 4\n",
                    loopctl +
                        " delegate 'cat ../canary > child 2>&1; echo done >> child; exit 0' "
                        "--mode code --agent shell --wait 60s > told 2>&1; cat child");
  CHECK_THAT(confined.answer(), Contains("done") && !Contains("secret"));
  CHECK_THAT(confined.fixture.read("child"), Contains("Permission denied"));
}

TEST_CASE("neither the workspace nor a schedule takes a sandbox off, and both may ask for one") {
  if (!is_possible()) return;
  Confined confined("[run]\nsandbox = \"workspace\"\n", kTries);
  LoopctlFixture& fixture = confined.fixture;
  REQUIRE(fixture.run({"schedule", "edit", "job", "--sandbox", "none"}).code == 0);
  CHECK(confined.answer() == "unread\nunwritten\nunshadowed\nmade");

  REQUIRE(fixture.run({"trust", "--revoke"}).code == 0);
  fixture.write(".loop/config.toml", "[run]\nsandbox = \"none\"\n");
  const auto refused = fixture.run({"schedule", "trigger", "job", "--wait"});
  CHECK(refused.code != 0);
  CHECK_THAT(refused.err, Contains("run.sandbox") && Contains("loopctl trust"));

  fixture.write(".loop/config.toml", "[run]\nsandbox = \"offline\"\n");
  confined.answer();
  CHECK_THAT(std::string(confined.shown().at("sandbox").as_string()), Contains("offline ("));

  fixture.write(".loop/config.toml", "");
  REQUIRE(fixture.run({"schedule", "edit", "job", "--sandbox", "offline"}).code == 0);
  confined.answer();
  CHECK_THAT(std::string(confined.shown().at("sandbox").as_string()), Contains("offline ("));
}
