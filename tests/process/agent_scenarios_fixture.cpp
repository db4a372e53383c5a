// SPDX-License-Identifier: MIT
// The table of scenarios, and the checks that all dialects share.
#include "process/agent_scenarios.hpp"

#include <set>

namespace loop::test {

namespace {

using Table = std::map<std::string, Consequence>;

const Table& most_dialects() {
  static const Table table{
      {"ok", {}},
      {"ok_tools", {}},
      {"error_then_ok", {}},
      {"garbage_line", {}},
      {"no_newline_at_end", {}},
      {"line_20MB", {}},
      {"utf8_split", {}},
      {"bom", {}},
      {"crlf", {}},
      {"unknown_event", {}},
      {"reordered_keys", {}},
      {"stderr_flood", {}},
      {"fork_grandchild_holding_stdout", {}},
      {"double_final", {}},
      {"negative_or_huge_tokens", {}},
      {"cost_nan", {}},
      {"calls_back", {}},
      {"api_400", {OutcomeClass::task_failed, "text content blocks must be non-empty"}},
      {"api_401", {OutcomeClass::auth, "invalid x-api-key"}},
      {"not_logged_in", {OutcomeClass::auth, "ot logged in"}},
      {"api_429", {OutcomeClass::rate_limited, "limit"}},
      {"api_529", {OutcomeClass::rate_limited, "Overloaded"}},
      {"max_turns", {OutcomeClass::task_failed, "maximum number of turns"}},
      {"budget", {OutcomeClass::task_failed, "maximum budget"}},
      {"no_final", {OutcomeClass::protocol, "it ended without"}},
      {"half_line_at_eof", {OutcomeClass::protocol, "it ended without"}},
      {"final_then_exit1", {OutcomeClass::task_failed, "exit code 1: fatal: cleanup failed"}},
      {"hang", {OutcomeClass::limit, "it ran longer than"}},
      {"hang_ignore_term", {OutcomeClass::limit, "it ran longer than"}},
  };
  return table;
}

bool is_hanging(const std::string& scenario) { return scenario.starts_with("hang"); }

AgentJob job_of(const AgentWorkspace& workspace, const std::string& agent,
                const std::string& scenario) {
  AgentJob job;
  job.id = scenario;
  job.agent = agent;
  job.task = "Play scenario:" + scenario + " " + kStatedUse;
  if (is_hanging(scenario)) job.timeout_s = 2;
  if (scenario == "calls_back") {
    job.env["FAKE_CALLBACK"] =
        std::string(LOOP_LOOPCTL) + " -C " + workspace.root + " schedule show calls_back";
  }
  return job;
}

AttemptEnd end_of(const std::string& scenario, OutcomeClass outcome) {
  if (is_hanging(scenario)) return AttemptEnd::timed_out;
  if (outcome == OutcomeClass::ok) return AttemptEnd::succeeded;
  if (outcome == OutcomeClass::rate_limited) return AttemptEnd::limited;
  return AttemptEnd::failed;
}

// Only a person can help: not tried again. The provider's limit: waited for, and not counted.
void check_consequence(const AgentWorkspace& workspace, const std::string& scenario,
                       OutcomeClass outcome) {
  const RunSummary run = workspace.summary_of(scenario);
  const bool is_lasting = outcome == OutcomeClass::auth || outcome == OutcomeClass::config;
  if (outcome == OutcomeClass::ok || is_lasting) {
    CHECK(run.phase == RunPhase::finished);
  } else if (outcome == OutcomeClass::rate_limited) {
    CHECK(run.phase == RunPhase::parked);
  } else {
    CHECK(run.phase == RunPhase::retry_wait);
  }
  const bool counts = outcome != OutcomeClass::ok && outcome != OutcomeClass::rate_limited;
  CHECK(workspace.failures_of(scenario) == (counts ? 1 : 0));
}

void check_use(const TokenUsage& found, const TokenUsage& wanted) {
  CHECK(found.input_uncached == wanted.input_uncached);
  CHECK(found.cache_read == wanted.cache_read);
  CHECK(found.cache_write == wanted.cache_write);
  CHECK(found.output == wanted.output);
  CHECK(found.reasoning == wanted.reasoning);
}

// Of a run that came to its end: exactly what the stream said, however it said it.
void check_figures(const DialectExpectation& expected, const std::string& scenario,
                   const AgentOutcome& outcome) {
  static const std::set<std::string> kAbsurd{"negative_or_huge_tokens", "cost_nan"};
  CHECK_FALSE(outcome.cost.is_partial);
  if (scenario == "negative_or_huge_tokens") {
    check_use(outcome.usage, {});
    CHECK((outcome.refused_figures > 0) == expected.is_json);
  } else {
    check_use(outcome.usage, expected.usage);
  }
  if (kAbsurd.count(scenario) > 0) return;
  CHECK(outcome.refused_figures == 0);
  CHECK(outcome.cost.basis == expected.cost.basis);
  CHECK(outcome.cost.usd_micros == expected.cost.usd_micros);
}

void check_counts(const std::string& scenario, const AgentOutcome& outcome) {
  CHECK(outcome.garbage_lines == (scenario == "garbage_line" ? 3 : 0));
  CHECK(outcome.cut_lines == (scenario == "line_20MB" ? 1 : 0));
  CHECK((outcome.unknown_events > 0) == (scenario == "unknown_event"));
  CHECK_FALSE(outcome.session.empty());
}

void check_success(const AgentWorkspace& workspace, const DialectExpectation& expected,
                   const std::string& scenario, const AttemptResult& result) {
  const AgentOutcome& outcome = result.outcome;
  CHECK(outcome.reason.empty());
  REQUIRE(result.exit);
  CHECK(result.exit->ok());
  const std::string answer = scenario == "calls_back" ? "calls_back" : "Grüße, 世界 🚀";
  CHECK_THAT(outcome.answer, Catch::Contains(answer));
  check_figures(expected, scenario, outcome);
  if (expected.is_json) check_counts(scenario, outcome);
  if (scenario == "ok_tools" && expected.is_json) {
    CHECK_THAT(
        workspace.log_of(scenario, "events.jsonl"),
        Catch::Contains(R"("kind":"tool_call")") && Catch::Contains(R"("kind":"tool_result")"));
  }
  if (scenario == "stderr_flood")
    CHECK(workspace.log_of(scenario, "stderr.log").size() > 8'000'000);
}

}  // namespace

void check_dialect(const DialectExpectation& expected) {
  AgentWorkspace workspace;
  Table table = expected.otherwise;
  table.insert(most_dialects().begin(), most_dialects().end());
  std::vector<AgentJob> jobs;
  for (const auto& [scenario, consequence] : table) {
    jobs.push_back(job_of(workspace, expected.agent, scenario));
  }

  workspace.run_all(jobs);

  for (const auto& [scenario, consequence] : table) {
    const AttemptResult result = workspace.result_of(scenario);
    INFO(scenario << ": " << result.outcome.reason);
    CHECK(std::string(to_string(result.outcome.outcome)) ==
          std::string(to_string(consequence.outcome)));
    CHECK(std::string(to_string(result.end)) ==
          std::string(to_string(end_of(scenario, consequence.outcome))));
    CHECK_THAT(result.outcome.reason, Catch::Contains(consequence.reason));
    CHECK(result.note.empty());
    check_consequence(workspace, scenario, consequence.outcome);
    if (consequence.outcome == OutcomeClass::ok) {
      check_success(workspace, expected, scenario, result);
    }
  }
  CHECK(workspace.processes_left().empty());
  CHECK_FALSE(read_text(workspace.top.path("pids")).empty());
}

}  // namespace loop::test
