// SPDX-License-Identifier: MIT
// The stable words of outcomes and cost bases.
#include "loop/agents/outcome.h"

#include <array>

namespace loop {

std::string_view to_string(OutcomeClass outcome) noexcept {
  switch (outcome) {
    case OutcomeClass::ok: return "ok";
    case OutcomeClass::task_failed: return "task_failed";
    case OutcomeClass::limit: return "limit";
    case OutcomeClass::rate_limited: return "rate_limited";
    case OutcomeClass::auth: return "auth";
    case OutcomeClass::config: return "config";
    case OutcomeClass::killed: return "killed";
    case OutcomeClass::protocol: return "protocol";
  }
  return "protocol";
}

std::optional<OutcomeClass> parse_outcome_class(std::string_view text) {
  constexpr std::array kAll = {OutcomeClass::ok,     OutcomeClass::task_failed,
                               OutcomeClass::limit,  OutcomeClass::rate_limited,
                               OutcomeClass::auth,   OutcomeClass::config,
                               OutcomeClass::killed, OutcomeClass::protocol};
  for (const OutcomeClass outcome : kAll) {
    if (to_string(outcome) == text) return outcome;
  }
  return std::nullopt;
}

std::string_view to_string(AgentCost::Basis basis) noexcept {
  switch (basis) {
    case AgentCost::Basis::unknown: return "unknown";
    case AgentCost::Basis::reported: return "reported";
    case AgentCost::Basis::price_table: return "price_table";
  }
  return "unknown";
}

}  // namespace loop
