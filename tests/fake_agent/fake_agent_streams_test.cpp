// SPDX-License-Identifier: MIT
// What the stand-in says in each dialect, and what each scenario makes of it.
#include "fake_agent/fake_agent_fixture.hpp"

#include <csignal>

using namespace loop::test;
using Catch::Contains;

namespace {

constexpr const char* kUsage = " usage:1000,200,30,400,50 cost:0.25";

boost::json::value last_of(const ProgramResult& result, const char* pointer) {
  const auto events = events_of(result.out);
  REQUIRE_FALSE(events.empty());
  return boost::json::value(events.back()).at_pointer(pointer);
}

const std::vector<std::string> kDialects{"claude", "codex", "gemini", "opencode", "text"};
const std::vector<std::string> kJsonDialects{"claude", "codex", "gemini", "opencode"};

}  // namespace

TEST_CASE("each dialect's events come in the order of the real program") {
  const FakeAgent agent;
  CHECK(types_of(agent.play("claude", "x").out) == "system assistant result");
  CHECK(types_of(agent.play("codex", "x").out) ==
        "thread.started turn.started item.completed turn.completed");
  CHECK(types_of(agent.play("gemini", "x").out) == "init message message message result");
  CHECK(types_of(agent.play("opencode", "x").out) == "step_start text step_finish");
  CHECK_THAT(agent.play("text", "x").out, Contains("\nFake answer") && Contains("DONE\n"));
}

TEST_CASE("claude states input without its cached part, and output with reasoning") {
  const FakeAgent agent;
  const auto result = agent.play("claude", std::string("scenario:ok") + kUsage);
  CHECK(last_of(result, "/usage/input_tokens") == 1000);
  CHECK(last_of(result, "/usage/cache_read_input_tokens") == 200);
  CHECK(last_of(result, "/usage/cache_creation_input_tokens") == 30);
  CHECK(last_of(result, "/usage/output_tokens") == 450);
  CHECK(last_of(result, "/modelUsage/claude-sonnet-4-5/outputTokens") == 450);
  CHECK(last_of(result, "/total_cost_usd") == 0.25);
}

TEST_CASE("codex and gemini state input with its cached part") {
  const FakeAgent agent;
  const auto codex = agent.play("codex", std::string("scenario:ok") + kUsage);
  CHECK(last_of(codex, "/usage/input_tokens") == 1230);
  CHECK(last_of(codex, "/usage/cached_input_tokens") == 200);
  CHECK(last_of(codex, "/usage/output_tokens") == 450);
  CHECK(last_of(codex, "/usage/reasoning_output_tokens") == 50);
  const auto gemini = agent.play("gemini", std::string("scenario:ok") + kUsage);
  CHECK(last_of(gemini, "/stats/input_tokens") == 1200);
  CHECK(last_of(gemini, "/stats/input") == 1000);
  CHECK(last_of(gemini, "/stats/output_tokens") == 400);
  CHECK(last_of(gemini, "/stats/total_tokens") == 1650);
}

TEST_CASE("opencode's steps add up to the whole") {
  const FakeAgent agent;
  const auto result = agent.play("opencode", std::string("scenario:ok_tools") + kUsage);
  std::int64_t input = 0;
  std::int64_t steps = 0;
  double cost = 0;
  for (const auto& event : events_of(result.out)) {
    if (event.at("type").as_string() != "step_finish") continue;
    const boost::json::value whole(event);
    input += whole.at_pointer("/part/tokens/input").as_int64();
    cost += whole.at_pointer("/part/cost").as_double();
    ++steps;
  }
  CHECK(steps == 3);
  CHECK(input == 1000);
  CHECK(cost == Approx(0.25));
}

TEST_CASE("refused requests end as each program ends") {
  const FakeAgent agent;
  const auto claude = agent.play("claude", "scenario:api_429");
  CHECK(claude.code == 1);
  CHECK(last_of(claude, "/subtype") == "success");
  CHECK(last_of(claude, "/is_error") == true);
  CHECK(last_of(claude, "/api_error_status") == 429);
  const auto codex = agent.play("codex", "scenario:api_429");
  CHECK(codex.code == 1);
  CHECK(last_of(codex, "/type") == "turn.failed");
  CHECK(agent.play("gemini", "scenario:api_400").code == 144);
  CHECK(agent.play("gemini", "scenario:api_429").code == 173);
  CHECK(agent.play("gemini", "scenario:max_turns").code == 53);
  const auto opencode = agent.play("opencode", "scenario:api_429");
  CHECK(opencode.code == 1);
  CHECK(last_of(opencode, "/error/data/statusCode") == 429);
  CHECK(last_of(agent.play("claude", "scenario:budget"), "/usage/input_tokens") == 0);
  CHECK(last_of(agent.play("claude", "scenario:max_turns"), "/subtype") == "error_max_turns");
}

TEST_CASE("a scenario changes the stream as its name says") {
  const FakeAgent agent;
  for (const std::string& dialect : kDialects) {
    INFO(dialect);
    const auto say = [&](const std::string& scenario) {
      const auto result = agent.play(dialect, "scenario:" + scenario);
      CHECK(result.code == 0);
      return result.out;
    };
    const auto lines = [](const std::string& out) { return std::ranges::count(out, '\n'); };
    const std::string ok = say("ok");
    CHECK(say("bom").substr(0, 3) == "\xef\xbb\xbf");
    CHECK_THAT(say("crlf"), Catch::EndsWith("\r\n"));
    CHECK(say("no_newline_at_end").back() != '\n');
    CHECK(lines(say("no_newline_at_end")) == lines(ok) - 1);
    CHECK(lines(say("half_line_at_eof")) == lines(ok) - 1);
    CHECK(say("no_newline_at_end").size() > say("half_line_at_eof").size());
    CHECK(lines(say("no_final")) < lines(ok));
    CHECK(lines(say("double_final")) > lines(ok));
    CHECK(lines(say("garbage_line")) == lines(ok) + 4);
    CHECK(say("line_20MB").size() > 20'000'000);
    CHECK_THAT(say("utf8_split"), Contains("🚀"));
    CHECK(lines(say("unknown_event")) > lines(ok));
    CHECK(lines(say("ok_tools")) > lines(ok));
    CHECK(agent.play(dialect, "scenario:stderr_flood").err.size() > 8'000'000);
    CHECK(agent.play(dialect, "scenario:final_then_exit1").code == 1);
  }
}

TEST_CASE("keys are reversed, and figures are absurd, in events that are else the same") {
  const FakeAgent agent;
  for (const std::string& dialect : kJsonDialects) {
    INFO(dialect);
    const auto reversed = agent.play(dialect, "scenario:reordered_keys").out;
    CHECK(types_of(reversed) == types_of(agent.play(dialect, "x").out));
    CHECK(std::string(events_of(reversed).front().begin()->key()) != "type");
    CHECK_THAT(agent.play(dialect, "scenario:negative_or_huge_tokens").out,
               Contains("-5") && Contains("1E300") && Contains("18446744073709551615"));
    const auto free = agent.play(dialect, "scenario:cost_nan").out;
    const bool says_costs = dialect == "claude" || dialect == "opencode";
    CHECK((free.find(":NaN") != std::string::npos) == says_costs);
  }
}

TEST_CASE("a hanging agent ends at SIGTERM as the real one, or not at all") {
  const FakeAgent agent;
  for (const auto& [dialect, code] : {std::pair{"claude", 143}, {"gemini", 128 + SIGTERM}}) {
    INFO(dialect);
    ProgramSpec spec;
    spec.argv = {LOOP_FAKE_AGENT};
    for (const auto& word : dialect_commands().at(dialect)) spec.argv.push_back(word);
    spec.argv.emplace_back("scenario:hang");
    spec.environment = agent.environment;
    spec.environment["FAKE_AGENT"] = dialect;
    spec.environment["FAKE_PIDS"] = agent.folder.path("pids");
    spec.directory = agent.folder.path();
    std::filesystem::remove(agent.folder.path("pids"));
    Program program(spec);
    REQUIRE(eventually([&] { return !read_text(agent.folder.path("pids")).empty(); }));
    program.send_signal(SIGTERM);
    CHECK(program.wait().code == code);
  }
}

TEST_CASE(
    "a list of scenarios goes on with each launch, and the prompt wins over the environment") {
  FakeAgent agent;
  agent.environment["FAKE_SCENARIO"] = "api_400";
  CHECK(agent.play("codex", "x").code == 1);
  CHECK(agent.play("codex", "scenario:ok").code == 0);
  const std::string list = "scenario:api_400,final_then_exit1,ok";
  for (const auto& [attempt, code] :
       {std::pair{"/w:r@1/a1", 1}, {"/w:r@1/a3", 0}, {"/w:r/a9", 0}}) {
    agent.environment["LOOP_ATTEMPT"] = attempt;
    CHECK(agent.play("codex", list).code == code);
  }
}

TEST_CASE("an agent that calls back answers with what it was told") {
  FakeAgent agent;
  agent.environment["FAKE_CALLBACK"] = "/bin/echo one two";
  CHECK(last_of(agent.play("claude", "scenario:calls_back"), "/result") == "one two");
  agent.environment["FAKE_CALLBACK"] = "/bin/false";
  CHECK(last_of(agent.play("claude", "scenario:calls_back"), "/result") == "exit code 1: ");
}

TEST_CASE("a prompt may come by standard input where the real program takes it there") {
  const FakeAgent agent;
  CHECK(agent.run("claude", dialect_commands().at("claude"), "scenario:api_400").code == 1);
  CHECK(agent.run("codex", dialect_commands().at("codex"), "scenario:api_400").code == 1);
  CHECK(agent.run("gemini", {"--skip-trust", "-o", "stream-json"}, "scenario:api_400").code == 144);
  CHECK(agent.run("opencode", dialect_commands().at("opencode"), "scenario:api_400").code == 1);
}
