// SPDX-License-Identifier: MIT
// Files that are broken, huge, no files, or lead out of the workspace.
#include <filesystem>

#include <sys/stat.h>

#include "apps/loopctl_fixture.hpp"
#include "support/catch.hpp"

using namespace loop::test;
using Catch::Contains;
namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t kGigabyte = 1024ull * 1024 * 1024;

}  // namespace

TEST_CASE("a truncated schedules.json is told with its place and never overwritten") {
  LoopctlFixture fixture;
  fixture.make_workspace();
  fixture.write(".roo/schedules.json", "{\"schedules\": [{\"id\": \"1\"");

  for (const auto& words : std::vector<std::vector<std::string>>{
           {"schedule", "list"},
           {"schedule", "add", "--name", "x", "--instructions", "y"},
           {"schedule", "trigger", "1"},
           {"status"},
           {"doctor"}}) {
    const auto result = fixture.run(words);
    INFO(words[0] << ": " << result.err);
    CHECK(result.code == 7);
    CHECK_THAT(result.out + result.err, Contains("line 1"));
  }
  CHECK(fixture.read(".roo/schedules.json") == "{\"schedules\": [{\"id\": \"1\"");
}

TEST_CASE("doctor names what is wrong in a schedule, and exactly that") {
  LoopctlFixture fixture;
  fixture.make_workspace();
  const std::string rest =
      "\"taskInstructions\":\"t\",\"scheduleType\":\"time\",\"timeInterval\":\"10\","
      "\"timeUnit\":\"minute\",\"loop\":{\"agent\":\"none\"}}";
  fixture.write(".roo/schedules.json",
                "{\"schedules\":[{\"id\":\"1\",\"name\":\"a\",\"mode\":\"coder\"," + rest +
                    ",{\"id\":\"1\",\"name\":\"b\",\"mode\":\"code\"," + rest + "]}");

  const auto found = parse_object(fixture.run({"doctor", "--json"}).out);

  CHECK_FALSE(found.at("ok").as_bool());
  std::string messages;
  for (const auto& finding : found.at("findings").as_array()) {
    messages += std::string(finding.at("message").as_string()) + "\n";
  }
  CHECK_THAT(messages,
             Contains("coder") && Contains("duplicate id") && Contains("unknown agent \"none\""));
  CHECK(found.at("findings").as_array().size() == 3);
}

TEST_CASE("a sparse file of a gigabyte is refused at once") {
  LoopctlFixture fixture;
  fixture.make_workspace();
  fs::resize_file(fixture.root() + "/.roo/schedules.json", kGigabyte);

  const auto result = fixture.run({"schedule", "list"});

  CHECK_FALSE(result.was_killed);
  CHECK(result.code == 5);
  CHECK_THAT(result.err, Contains("schedules.json"));
}

TEST_CASE("a FIFO in place of a file is refused and never waited for") {
  LoopctlFixture fixture;
  fixture.make_workspace();
  fs::remove(fixture.root() + "/TODO.md");
  REQUIRE(::mkfifo((fixture.root() + "/TODO.md").c_str(), 0600) == 0);

  for (const auto& words :
       std::vector<std::vector<std::string>>{{"todo", "list"}, {"todo", "done", "1"}, {"doctor"}}) {
    const auto result = fixture.run(words);
    INFO(words[0]);
    CHECK_FALSE(result.was_killed);
    CHECK(result.code != 0);
    CHECK_THAT(result.out + result.err, Contains("TODO.md"));
  }
}

TEST_CASE("a link that leads out of the workspace is not followed") {
  LoopctlFixture fixture;
  fixture.make_workspace();
  fs::create_directories(fixture.top() + "/outside");
  fs::remove(fixture.root() + "/TODO.md");
  fs::create_symlink("../outside/secret", fixture.root() + "/TODO.md");

  CHECK(fixture.run({"todo", "list"}).code == 2);
  CHECK(fixture.run({"todo", "done", "1"}).code == 2);
  CHECK_FALSE(fs::exists(fixture.top() + "/outside/secret"));
}

TEST_CASE("a file in place of a directory is an error, not an end") {
  LoopctlFixture fixture;
  fixture.write(".loop", "a file");
  const auto result = fixture.run({"init"});
  CHECK(result.code != 0);
  CHECK(result.code < 100);
  CHECK_THAT(result.err, Contains(".loop"));
}

TEST_CASE("ill-formed bytes are shown and reported, never passed on") {
  LoopctlFixture fixture;
  fixture.make_workspace();
  fixture.write("persistent-memory.md", "# \xff\xfe\n");
  fixture.write("TODO.md", "- [ ] \xff\x1b[31m one\n");

  CHECK(fixture.run({"memory", "lint"}).code == 7);
  const auto todo = fixture.run({"todo", "list"});
  CHECK(todo.code == 0);
  CHECK_THAT(todo.out, !Contains("\x1b") && !Contains("\xff"));
  parse_object(fixture.run({"todo", "list", "--json"}).out);
  parse_object(fixture.run({"memory", "show", "--json"}).out);
  CHECK(fixture.run({"schedule", "add", "--name", "\xff", "--instructions", "y"}).code == 2);
  CHECK(fixture.run({"\xff\xfe"}).code == 2);
  parse_object(fixture.run({"--json", "\xff"}).err);
}

TEST_CASE("configuration that is wrong names file, line and key") {
  LoopctlFixture fixture;
  fixture.make_workspace();
  fixture.write(".loop/config.toml", "[run]\ntimeuot = \"5m\"\n");
  const auto result = fixture.run({"config", "list"});
  CHECK(result.code == 7);
  CHECK_THAT(result.err, Contains("config.toml:2") && Contains("did you mean \"run.timeout\""));
  CHECK(fixture.run({"doctor"}).code == 7);

  fs::remove(fixture.root() + "/.loop/config.toml");
  CHECK(fixture.run({"config", "get", "run.timeout", "--set", "run.timeout=5m"}).out == "\"5m\"\n");
  CHECK(fixture.run({"config", "get", "run.timeout", "--set", "run.timeout=never"}).code == 2);
  CHECK_THAT(fixture.run({"config", "list", "--show-origin", "--set", "run.timeout=5m"}).out,
             Contains("flag"));
  CHECK(fixture.run({"config", "get", "run.tiemout"}).code == 3);
}

TEST_CASE("a damaged list of approvals trusts nobody") {
  LoopctlFixture fixture;
  fixture.make_job("touch proof");
  fs::resize_file(fixture.top() + "/state/loop/trust.json", 5);

  CHECK(fixture.run({"schedule", "trigger", "job", "--wait"}).code == 7);
  CHECK(fixture.read("proof").empty());
}
