// SPDX-License-Identifier: MIT
// Every scenario of the stand-in, in every dialect, through a real engine with real processes: end,
// class, reason, use, cost, what follows, and that nothing is left running.
#include "process/agent_scenarios.hpp"

using namespace loop;
using namespace loop::test;

namespace {

constexpr AgentCost kReported{AgentCost::Basis::reported, 300'000, false};
constexpr AgentCost kUnknown{};

}  // namespace

TEST_CASE("claude: each scenario comes to its end, class, use and consequence") {
  check_dialect({"claude",
                 {1000, 200, 30, 450, 0},  // reasoning is part of its output
                 kReported,
                 {{"max_turns", {OutcomeClass::limit, "its limit of turns was reached"}},
                  {"budget", {OutcomeClass::limit, "its limit of budget was reached"}}}});
}

TEST_CASE("codex: each scenario comes to its end, class, use and consequence") {
  check_dialect({"codex", {1000, 200, 30, 400, 50}, kUnknown, {}});
}

TEST_CASE("gemini: each scenario comes to its end, class, use and consequence") {
  check_dialect({"gemini",
                 {1000, 200, 0, 400, 50},  // it does not tell what it wrote to the cache
                 kUnknown,
                 {{"max_turns", {OutcomeClass::limit, "maximum number of turns"}},
                  {"not_logged_in", {OutcomeClass::auth, "Please set an Auth method"}},
                  {"api_400", {OutcomeClass::task_failed, "exit code 144 (HTTP status 400)"}},
                  {"api_401", {OutcomeClass::auth, "exit code 145 (HTTP status 401)"}}}});
}

TEST_CASE("opencode: each scenario comes to its end, class, use and consequence") {
  check_dialect({"opencode",
                 {1000, 200, 30, 400, 50},
                 kReported,
                 {{"api_400", {OutcomeClass::config, "APIError"}}}});
}

// The definition of the operator says what counts: a last line, and the words of a limit.
TEST_CASE("another program: each scenario comes to its end, class and consequence") {
  check_dialect({"text",
                 {},
                 kUnknown,
                 {{"api_401", {OutcomeClass::task_failed, "invalid x-api-key"}},
                  {"not_logged_in", {OutcomeClass::task_failed, "Not logged in"}}},
                 false});
}
