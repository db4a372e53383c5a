// SPDX-License-Identifier: MIT
// Names of scenarios.
#include "fake_agent/scenario.hpp"

#include <array>
#include <sstream>

namespace fake_agent {

namespace {

constexpr std::array kNames{
    ScenarioName{Scenario::ok, "ok"},
    ScenarioName{Scenario::ok_tools, "ok_tools"},
    ScenarioName{Scenario::api_400, "api_400"},
    ScenarioName{Scenario::api_401, "api_401"},
    ScenarioName{Scenario::api_429, "api_429"},
    ScenarioName{Scenario::api_529, "api_529"},
    ScenarioName{Scenario::not_logged_in, "not_logged_in"},
    ScenarioName{Scenario::max_turns, "max_turns"},
    ScenarioName{Scenario::budget, "budget"},
    ScenarioName{Scenario::error_then_ok, "error_then_ok"},
    ScenarioName{Scenario::no_final, "no_final"},
    ScenarioName{Scenario::final_then_exit1, "final_then_exit1"},
    ScenarioName{Scenario::garbage_line, "garbage_line"},
    ScenarioName{Scenario::half_line_at_eof, "half_line_at_eof"},
    ScenarioName{Scenario::no_newline_at_end, "no_newline_at_end"},
    ScenarioName{Scenario::line_20MB, "line_20MB"},
    ScenarioName{Scenario::utf8_split, "utf8_split"},
    ScenarioName{Scenario::bom, "bom"},
    ScenarioName{Scenario::crlf, "crlf"},
    ScenarioName{Scenario::unknown_event, "unknown_event"},
    ScenarioName{Scenario::reordered_keys, "reordered_keys"},
    ScenarioName{Scenario::stderr_flood, "stderr_flood"},
    ScenarioName{Scenario::hang, "hang"},
    ScenarioName{Scenario::hang_ignore_term, "hang_ignore_term"},
    ScenarioName{Scenario::fork_grandchild_holding_stdout, "fork_grandchild_holding_stdout"},
    ScenarioName{Scenario::double_final, "double_final"},
    ScenarioName{Scenario::negative_or_huge_tokens, "negative_or_huge_tokens"},
    ScenarioName{Scenario::cost_nan, "cost_nan"},
    ScenarioName{Scenario::calls_back, "calls_back"},
};

}  // namespace

std::span<const ScenarioName> scenario_names() { return kNames; }

std::optional<Scenario> parse_scenario(std::string_view name) {
  for (const ScenarioName& known : kNames) {
    if (known.name == name) return known.scenario;
  }
  return std::nullopt;
}

std::string scenario_of_launch(const std::string& list, int launch) {
  std::istringstream in(list);
  std::string chosen;
  std::string name;
  for (int index = 0; index < launch && std::getline(in, name, ','); ++index) chosen = name;
  return chosen;
}

}  // namespace fake_agent
