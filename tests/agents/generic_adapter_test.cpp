// SPDX-License-Identifier: MIT
// The generic and the shell adapter: command lines and verdicts.
#include "loop/agents/adapter.h"

#include "agents/generic_adapter.hpp"
#include "support/catch.hpp"

using namespace loop;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

AgentDefinition generic() {
  AgentDefinition definition;
  definition.name = "mine";
  definition.adapter = "generic";
  definition.command = "agent";
  return definition;
}

AgentTask task_with(const std::string& prompt) {
  AgentTask task;
  task.prompt = prompt;
  task.prompt_path = "/w/.loop/runs/r/prompt.md";
  task.session = "dc087996-78a6-4875-822a-6e875d7a8875";
  task.model = "big";
  task.directory = "/w";
  return task;
}

std::unique_ptr<AgentAdapter> made(const AgentDefinition& definition) {
  auto adapter = make_adapter(definition, "Etc/UTC");
  REQUIRE(adapter);
  return std::move(*adapter);
}

struct Run {
  std::string out;
  std::string error;
  ExitStatus exit{false, 0};
  Duration elapsed = seconds{60};
};

AgentOutcome judged(const AgentDefinition& definition, const Run& run) {
  const auto stream = made(definition)->open_stream();
  for (const char byte : run.out) stream->read_stdout({&byte, 1});
  stream->read_stderr(run.error);
  return stream->finish(run.exit, run.elapsed, *parse_instant("2025-11-01T09:12:00Z"));
}

}  // namespace

TEST_CASE("outcome and event words are stable and read back") {
  for (const char* word :
       {"ok", "task_failed", "limit", "rate_limited", "auth", "config", "killed", "protocol"}) {
    const auto outcome = parse_outcome_class(word);
    REQUIRE(outcome);
    CHECK(to_string(*outcome) == word);
  }
  CHECK_FALSE(parse_outcome_class("OK"));
  CHECK(to_string(AgentEventKind::tool_call) == "tool_call");
  CHECK(to_string(AgentCost::Basis::price_table) == "price_table");
}

TEST_CASE("whole arguments are placeholders, parts of arguments are not") {
  AgentDefinition definition = generic();
  definition.args = {"-p",    "{prompt}",     "{prompt_file}", "{session}", "{model}",
                     "{cwd}", "--p={prompt}", "{prompt} ",     "{Prompt}",  "{}"};

  const auto command = made(definition)->command(task_with("; rm -rf / '\"`$(x)`\n-x"));

  REQUIRE(command);
  CHECK(command->argv == std::vector<std::string>{
                             "agent", "-p", "; rm -rf / '\"`$(x)`\n-x", "/w/.loop/runs/r/prompt.md",
                             "dc087996-78a6-4875-822a-6e875d7a8875", "big", "/w", "--p={prompt}",
                             "{prompt} ", "{Prompt}", "{}"});
  CHECK(command->stdin_path.empty());
}

TEST_CASE("a prompt that is itself a placeholder is not expanded again") {
  AgentDefinition definition = generic();
  definition.args = {"{prompt}"};
  CHECK(made(definition)->command(task_with("{session}"))->argv[1] == "{session}");
}

TEST_CASE("a prompt over the size of one argument is refused, naming the way out") {
  AgentDefinition definition = generic();
  definition.args = {"{prompt}"};
  const auto adapter = made(definition);

  CHECK(adapter->command(task_with(std::string(kArgumentBytesMax - 1, 'x'))));
  CHECK(adapter->command(task_with(std::string(kArgumentBytesMax, 'x'))));
  const auto refused = adapter->command(task_with(std::string(kArgumentBytesMax + 1, 'x')));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code() == Errc::invalid_argument);
  CHECK(refused.error().message().find("{prompt_file}") != std::string::npos);
  CHECK_FALSE(adapter->command(task_with(std::string("a\0b", 3))));

  definition.args = {"{prompt_file}"};
  CHECK(made(definition)->command(task_with(std::string(kArgumentBytesMax + 1, 'x'))));
}

TEST_CASE("a model argument without a model is refused") {
  AgentDefinition definition = generic();
  definition.args = {"--model", "{model}"};
  AgentTask task = task_with("x");
  task.model.clear();
  const auto refused = made(definition)->command(task);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message().find("{model}") != std::string::npos);
}

TEST_CASE("definitions that cannot work are refused with what is allowed") {
  std::vector<AgentDefinition> wrong(6, generic());
  wrong[0].adapter = "generik";
  wrong[1].command.clear();
  wrong[2].format = "xml";
  wrong[3].limit_patterns = {"(unclosed"};
  wrong[4].final_pattern = "(?=look)";
  wrong[5].success_exit.clear();
  for (const AgentDefinition& definition : wrong) {
    const auto adapter = make_adapter(definition, "Etc/UTC");
    REQUIRE_FALSE(adapter);
    CHECK(adapter.error().message().find("mine") != std::string::npos);
  }
  const auto unknown = make_adapter(wrong[0], "Etc/UTC");
  CHECK(unknown.error().code() == Errc::unsupported);
  CHECK(unknown.error().message().find("did you mean \"generic\"") != std::string::npos);
  CHECK(unknown.error().message().find("shell") != std::string::npos);
}

TEST_CASE("the built-in shell runs the prompt's file and believes its exit code") {
  REQUIRE(built_in_agents().size() == 5);
  const AgentDefinition shell = built_in_agents()[0];
  CHECK(shell.name == "shell");

  const auto command = made(shell)->command(task_with("echo hi"));
  REQUIRE(command);
  CHECK(command->argv == std::vector<std::string>{"/bin/sh", "/w/.loop/runs/r/prompt.md"});
  CHECK(judged(shell, {"", "", {false, 0}, milliseconds{5}}).outcome == OutcomeClass::ok);
  CHECK(judged(shell, {"", "", {false, 1}, milliseconds{5}}).outcome == OutcomeClass::task_failed);
}

TEST_CASE("a quick silent success of an agent is suspect, up to the limit") {
  CHECK(judged(generic(), {"", "", {false, 0}, milliseconds{1999}}).outcome ==
        OutcomeClass::protocol);
  CHECK(judged(generic(), {"", "", {false, 0}, milliseconds{400}}).reason.substr(0, 7) ==
        "suspect");
  CHECK(judged(generic(), {"", "", {false, 0}, milliseconds{2000}}).outcome == OutcomeClass::ok);
  CHECK(judged(generic(), {"", "", {false, 0}, milliseconds{2001}}).outcome == OutcomeClass::ok);
  CHECK(judged(generic(), {"x", "", {false, 0}, milliseconds{1}}).outcome == OutcomeClass::ok);
  CHECK(judged(generic(), {"", "x", {false, 0}, milliseconds{1}}).outcome == OutcomeClass::ok);
}

TEST_CASE("exit codes decide, signals are told apart, and the reason quotes stderr") {
  AgentDefinition definition = generic();
  definition.success_exit = {0, 3};
  CHECK(judged(definition, {"x", "", {false, 3}}).outcome == OutcomeClass::ok);
  CHECK(judged(definition, {"x", "", {false, 3}}).reason.empty());
  CHECK(judged(definition, {"x", "", {true, 3}}).outcome == OutcomeClass::killed);

  const auto failed = judged(definition, {"x", "one\nfatal: \x01no\n\n", {false, 4}});
  CHECK(failed.outcome == OutcomeClass::task_failed);
  CHECK(failed.reason == "exit code 4: fatal:  no");
}

TEST_CASE("the provider's limit is seen on both outputs, with its reset time") {
  AgentDefinition definition = generic();
  definition.limit_patterns = {"quota", "limit .* resets (.*)$"};
  const ExitStatus one{false, 1};

  const auto limited = judged(definition, {"limit hit, resets 11:30am\n", "", one});
  CHECK(limited.outcome == OutcomeClass::rate_limited);
  REQUIRE(limited.limit_reset);
  CHECK(format_instant(*limited.limit_reset) == "2025-11-01T11:30:00.000Z");
  CHECK(judged(definition, {"", "limit hit, resets 11:30am", one}).limit_reset ==
        limited.limit_reset);
  CHECK(judged(definition, {"", "out of quota, retry-after: 30\n", one}).limit_reset ==
        parse_instant("2025-11-01T09:12:30Z"));
  const auto no_time = judged(definition, {"", "out of quota\n", one});
  CHECK(no_time.outcome == OutcomeClass::rate_limited);
  CHECK_FALSE(no_time.limit_reset);
  CHECK(judged(definition, {"limit hit, resets 11:30am\n", "", {false, 0}}).outcome ==
        OutcomeClass::ok);
}

TEST_CASE("a final pattern must match a line") {
  AgentDefinition definition = generic();
  definition.final_pattern = "^DONE$";
  CHECK(judged(definition, {"work\nDONE\n", ""}).outcome == OutcomeClass::ok);
  CHECK(judged(definition, {"work\nDONE", ""}).outcome == OutcomeClass::ok);
  CHECK(judged(definition, {"work\nUNDONE\n", ""}).outcome == OutcomeClass::protocol);
  CHECK(judged(definition, {"work\nDONE\n", "", {false, 1}}).outcome == OutcomeClass::task_failed);
}

TEST_CASE("the answer is the end of the text, whole characters only") {
  CHECK(judged(generic(), {"one\ntwo\n\n", ""}).answer == "one\ntwo");
  std::string text;
  for (int count = 0; count < 100'000; ++count) text += count % 50 == 49 ? "\n" : "\xc3\xa9";
  const auto outcome = judged(generic(), {text, ""});
  CHECK(outcome.answer.size() <= kAnswerBytesMax);
  CHECK(outcome.answer.size() > kAnswerBytesMax - 8);
  CHECK(outcome.answer.substr(0, 3) != "\xef\xbf\xbd");
  CHECK(judged(generic(), {"a\xff"
                           "b",
                           ""})
            .answer ==
        "a\xef\xbf\xbd"
        "b");
}

TEST_CASE("events hold lines, valid and short") {
  const auto stream = made(generic())->open_stream();
  CHECK(stream->read_stdout("half").empty());
  const auto events = stream->read_stdout(" line\n\n\xff\n" + std::string(100'000, 'x') + "\n");
  REQUIRE(events.size() == 3);
  CHECK(events[0].text == "half line");
  CHECK(events[0].kind == AgentEventKind::output);
  CHECK(events[1].text == "\xef\xbf\xbd");
  CHECK(events[2].text.size() <= 4096);
}

TEST_CASE("a line over 16 MiB is cut and marked") {
  const auto stream = made(generic())->open_stream();
  const std::string mebibyte(1 << 20, 'x');
  for (int count = 0; count < 17; ++count) stream->read_stdout(mebibyte);
  const auto events = stream->read_stdout("\nnext\n");
  REQUIRE(events.size() == 2);
  CHECK(events[0].text.find("cut at 16 MiB") != std::string::npos);
  CHECK(events[1].text == "next");
}

TEST_CASE("JSON Lines give events, answer, use and cost") {
  AgentDefinition definition = generic();
  definition.format = "json-lines";
  const std::string lines =
      "{\"type\":\"started\"}\n"
      "{\"type\":\"usage\",\"input_uncached\":10,\"output\":5,\"cost_usd\":0.25}\n"
      "{\"usage\":{\"cache_read\":7},\"type\":\"usage\",\"cost_usd\":0.25}\n"
      "{\"type\":\"novel\"}\nnot json\n[1]\n\n"
      "{\"type\":\"message\",\"text\":\"almost\"}\n";

  const auto killed = judged(definition, {lines, "", {true, 15}});
  CHECK(killed.outcome == OutcomeClass::killed);
  CHECK(killed.unknown_events == 1);
  CHECK(killed.garbage_lines == 2);
  CHECK(killed.answer == "almost");
  CHECK(killed.usage.input_uncached == 10);
  CHECK(killed.usage.cache_read == 7);
  CHECK(killed.usage.output == 5);
  CHECK(killed.cost.usd_micros == 500'000);
  CHECK(killed.cost.is_partial);

  const std::string final =
      "{\"type\":\"final\",\"text\":\"done\",\"usage\":{\"output\":9},\"total_cost_usd\":0.75}";
  const auto good = judged(definition, {lines + final, ""});
  CHECK(good.outcome == OutcomeClass::ok);
  CHECK(good.answer == "done");
  CHECK(good.usage.total() == 9);
  CHECK(good.cost.usd_micros == 750'000);
  CHECK_FALSE(good.cost.is_partial);
  CHECK(judged(definition, {final, "", {false, 1}}).outcome == OutcomeClass::task_failed);
}

TEST_CASE("JSON Lines need a final event that is no error") {
  AgentDefinition definition = generic();
  definition.format = "json-lines";
  const std::string message = "{\"type\":\"message\",\"text\":\"hi\"}\n";
  CHECK(judged(definition, {message, ""}).outcome == OutcomeClass::protocol);
  CHECK(judged(definition, {message + "{\"type\":\"final\"", ""}).outcome ==
        OutcomeClass::protocol);
  CHECK(judged(definition, {"", "", {false, 0}, milliseconds{10}}).reason.substr(0, 7) ==
        "suspect");

  const auto error = judged(definition, {"{\"type\":\"error\",\"message\":\"no key\"}\n", ""});
  CHECK(error.outcome == OutcomeClass::task_failed);
  CHECK(error.reason == "exit code 0: no key");
  CHECK(judged(definition, {"{\"type\":\"result\",\"is_error\":true,\"result\":\"bad\"}\n", ""})
            .reason == "exit code 0: bad");
  CHECK(judged(definition,
               {"{\"type\":\"error\",\"message\":\"retrying\"}\n{\"type\":\"final\"}\n", ""})
            .outcome == OutcomeClass::ok);
}

TEST_CASE("absurd figures are not counted") {
  AgentDefinition definition = generic();
  definition.format = "json-lines";
  const auto outcome =
      judged(definition, {"{\"type\":\"usage\",\"output\":-5,\"reasoning\":1e300,\"cache_read\":"
                          "\"7\",\"cost_usd\":-1}\n"
                          "{\"type\":\"usage\",\"output\":9223372036854775807,\"cost_usd\":1e308}\n"
                          "{\"type\":\"usage\",\"cost_usd\":NaN}\n"
                          "{\"type\":\"final\",\"usage\":[],\"total_cost_usd\":\"1\"}\n",
                          ""});
  CHECK(outcome.outcome == OutcomeClass::ok);
  CHECK(outcome.usage.total() == 0);
  CHECK(outcome.cost.usd_micros == 0);
  CHECK(outcome.cost.basis == AgentCost::Basis::unknown);
  CHECK(outcome.unknown_events == 0);
  CHECK(outcome.garbage_lines == 0);
  CHECK(outcome.refused_figures == 8);
}
