// SPDX-License-Identifier: MIT
// Help, options, typing errors, colours, and the reference page.
#include <csignal>
#include <fstream>
#include <iterator>
#include <sstream>

#include "apps/loopctl_fixture.hpp"
#include "support/catch.hpp"

using namespace loop::test;
using Catch::Contains;

namespace {

std::vector<std::string> split_words(const std::string& text) {
  std::istringstream stream(text);
  return {std::istream_iterator<std::string>(stream), std::istream_iterator<std::string>()};
}

// The words of every command, as the reference page has them.
std::vector<std::vector<std::string>> all_commands(const LoopctlFixture& fixture) {
  std::vector<std::vector<std::string>> commands;
  std::istringstream page(fixture.run({"__docs"}).out);
  constexpr std::string_view kHeading = "### loopctl ";
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with(kHeading)) commands.push_back(split_words(line.substr(kHeading.size())));
  }
  return commands;
}

std::string code_of_error(const ProgramResult& result) {
  const auto document = parse_object(result.err);
  CHECK(document.at("schema").as_int64() == 1);
  CHECK_FALSE(document.at("error").at("message").as_string().empty());
  return std::string(document.at("error").at("code").as_string());
}

}  // namespace

TEST_CASE("every command has help by -h, --help and help, also outside of a workspace") {
  LoopctlFixture fixture;
  const auto commands = all_commands(fixture);
  REQUIRE(commands.size() > 40);
  for (const auto& words : commands) {
    std::vector<std::string> asked{"help"};
    asked.insert(asked.end(), words.begin(), words.end());
    const auto page = fixture.run(asked);
    INFO(page.err);
    CHECK(page.code == 0);
    CHECK_THAT(page.out, Contains("Usage: loopctl " + words[0]) && Contains("--json"));
    for (const char* option : {"-h", "--help"}) {
      std::vector<std::string> by_option = words;
      by_option.emplace_back(option);
      const auto same = fixture.run(by_option);
      CHECK(same.code == 0);
      CHECK(same.out == page.out);
    }
  }
}

TEST_CASE("the reference pages in docs are what loopctl prints") {
  LoopctlFixture fixture;
  for (const std::string name : {"loopctl", "tools"}) {
    std::ifstream file(LOOP_SOURCE_DIR "/docs/" + name + ".md", std::ios::binary);
    const std::string page{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};

    INFO("refresh it with: loopctl __docs " << name << " > docs/" << name << ".md");
    CHECK((fixture.run({"__docs", name}).out == page));
  }
}

TEST_CASE("no command, an unknown one and a group alone are wrong usage, with a suggestion") {
  LoopctlFixture fixture;
  CHECK(fixture.run({}).code == 2);
  CHECK(fixture.run({"schedule"}).code == 2);
  const auto group = fixture.run({"shedule", "list"});
  CHECK(group.code == 2);
  CHECK_THAT(group.err, Contains("did you mean \"schedule\""));
  const auto verb = fixture.run({"schedule", "lst"});
  CHECK(verb.code == 2);
  CHECK_THAT(verb.err, Contains("did you mean \"list\""));
  CHECK(fixture.run({"help", "schedule", "lst"}).code == 2);
}

TEST_CASE("options are checked against the table") {
  LoopctlFixture fixture;
  const auto typo = fixture.run({"runs", "list", "--limt", "3"});
  CHECK(typo.code == 2);
  CHECK_THAT(typo.err, Contains("--limt") && Contains("did you mean \"--limit\""));
  CHECK(fixture.run({"runs", "list", "--lim", "3"}).code == 2);  // no guessing of abbreviations
  for (const char* value : {"0", "1000001", "x", "", "1.5", "-1"}) {
    INFO(value);
    const auto refused = fixture.run({"runs", "list", "--limit", value});
    CHECK(refused.code == 2);
    CHECK_THAT(refused.err, Contains("1 to 1000000"));
  }
  CHECK(fixture.run({"runs", "list", "--limit"}).code == 2);
  CHECK(fixture.run({"runs", "list", "--limit=1", "--limit=2"}).code == 2);
  CHECK(fixture.run({"runs", "list", "superfluous"}).code == 2);
  CHECK(fixture.run({"runs", "show"}).code == 2);
  CHECK(fixture.run({"status", "--color", "sometimes"}).code == 2);
  CHECK(fixture.run({"status", "--set", "novalue"}).code == 3);  // no workspace is found first
}

TEST_CASE("short options take their value joined or apart, and -- ends the options") {
  LoopctlFixture fixture;
  fixture.make_workspace();
  CHECK(fixture.run({"-C", fixture.root(), "status"}).code == 0);
  CHECK(fixture.run({"-C" + fixture.root(), "status"}).code == 0);
  CHECK(fixture.run({"status", "--directory=" + fixture.root()}).code == 0);
  CHECK(fixture.run({"status", "-qC", fixture.root()}).code == 0);
  const auto started = fixture.run({"time", "start", "--", "--json"});
  CHECK(started.code == 0);
  CHECK_THAT(fixture.read("task_timing.tsv"), Contains("\t--json\t"));
}

TEST_CASE("a quiet list is its ids, one a line") {
  LoopctlFixture fixture;
  const std::string id = fixture.make_job("echo done");

  CHECK(fixture.run({"-q", "schedule", "list", "--all"}).out == id + "\n");
  CHECK_THAT(fixture.run({"mode", "list", "-q"}).out, Contains("architect\n"));
  CHECK(fixture.run({"runs", "list", "-q"}).out.empty());
}

TEST_CASE("results go to standard output and errors to standard error, as JSON when asked") {
  LoopctlFixture fixture;
  const auto nowhere = fixture.run({"status", "--json"});
  CHECK(nowhere.code == 3);
  CHECK(nowhere.out.empty());
  CHECK(code_of_error(nowhere) == "not_found");
  CHECK(code_of_error(fixture.run({"nothing", "--json"})) == "invalid_argument");

  fixture.make_workspace();
  for (const auto& words : std::vector<std::vector<std::string>>{{"status"},
                                                                 {"doctor"},
                                                                 {"version"},
                                                                 {"schedule", "list"},
                                                                 {"runs", "list"},
                                                                 {"time", "report"},
                                                                 {"time", "check"},
                                                                 {"time", "export"},
                                                                 {"memory", "show"},
                                                                 {"memory", "lint"},
                                                                 {"todo", "list"},
                                                                 {"mode", "list"},
                                                                 {"mode", "show", "code"},
                                                                 {"escalation", "list"},
                                                                 {"config", "list"},
                                                                 {"config", "path"},
                                                                 {"config", "get", "run.timeout"},
                                                                 {"init"},
                                                                 {"memory", "compact"}}) {
    std::vector<std::string> asked = words;
    asked.emplace_back("--json");
    const auto result = fixture.run(asked);
    INFO(words.front());
    CHECK(result.code == 0);
    CHECK(result.err.empty());
    CHECK(result.out.starts_with("{\"schema\":1,"));
    parse_object(result.out);
  }
}

TEST_CASE("colours are for terminals, unless they are asked for") {
  LoopctlFixture fixture;
  fixture.make_workspace();
  const auto has_escape = [&](const std::vector<std::string>& words) {
    return fixture.run(words).out.find('\x1b') != std::string::npos;
  };
  CHECK_FALSE(has_escape({"status"}));
  CHECK(has_escape({"status", "--color=always"}));
  fixture.environment["CLICOLOR_FORCE"] = "1";
  CHECK(has_escape({"status"}));
  CHECK_FALSE(has_escape({"status", "--color", "never"}));
  fixture.environment["NO_COLOR"] = "1";
  CHECK_FALSE(has_escape({"status"}));
}

TEST_CASE("a closed pipe ends a command quietly, a full device does not") {
  LoopctlFixture fixture;
  Program program(fixture.spec({"__docs"}));
  program.close_output();
  const auto result = program.wait();
  CHECK(result.err.empty());
  CHECK((result.code == 0 || result.code == 128 + SIGPIPE));

  const auto full = run_program({.argv = {"/bin/sh", "-c", LOOP_LOOPCTL " version > /dev/full"},
                                 .environment = fixture.environment,
                                 .directory = fixture.root(),
                                 .input = {}});
  CHECK(full.code == 1);
  CHECK_THAT(full.err, Contains("standard output"));
}
