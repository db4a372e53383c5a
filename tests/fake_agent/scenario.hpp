// SPDX-License-Identifier: MIT
// What can be played.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace fake_agent {

enum class Scenario {
  ok,
  ok_tools,
  api_400,
  api_401,
  api_429,
  api_529,
  not_logged_in,
  max_turns,
  budget,
  error_then_ok,  // an error event that was overcome, as of a lost connection
  no_final,
  final_then_exit1,
  garbage_line,
  half_line_at_eof,
  no_newline_at_end,
  line_20MB,
  utf8_split,
  bom,
  crlf,
  unknown_event,
  reordered_keys,
  stderr_flood,
  hang,
  hang_ignore_term,
  fork_grandchild_holding_stdout,
  double_final,
  negative_or_huge_tokens,
  cost_nan,
  calls_back,
};

struct ScenarioName {
  Scenario scenario;
  std::string_view name;
};
std::span<const ScenarioName> scenario_names();
std::optional<Scenario> parse_scenario(std::string_view name);

// "api_429,ok" is a list, one a launch; the last one is for all launches after it. `launch` is
// from 1.
std::string scenario_of_launch(const std::string& list, int launch);

}  // namespace fake_agent
