// SPDX-License-Identifier: MIT
// Every scenario of the stand-in in one dialect through a real engine: what has to come of it.
#pragma once

#include <map>
#include <string>

#include "process/agent_workspace.hpp"

namespace loop::test {

// The use and cost that each job tells its agent to state.
inline constexpr const char* kStatedUse = "usage:1000,200,30,400,50 cost:0.3";

struct Consequence {
  OutcomeClass outcome = OutcomeClass::ok;
  std::string reason;  // a part of it; empty when ok
};

// What follows of an outcome: it is over, or tried again, or parked.
struct DialectExpectation {
  std::string agent;
  TokenUsage usage;  // of kStatedUse
  AgentCost cost;
  // Scenarios that come to something else than in most dialects.
  std::map<std::string, Consequence> otherwise;
  bool is_json = true;
};

// Runs all scenarios at once and checks each one.
void check_dialect(const DialectExpectation& expected);

}  // namespace loop::test
