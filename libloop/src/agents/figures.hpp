// SPDX-License-Identifier: MIT
// Tokens and dollars out of events: what is no plausible figure is refused and counted.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "loop/agents/outcome.h"

namespace loop {

// Figures beyond these are damage, not use: a sum of them must not overflow.
inline constexpr std::int64_t kTokensMax = 1'000'000'000'000;
inline constexpr double kUsdMax = 1'000'000.0;

// Reads the figures of one event. An absent or null member is 0 tokens and no dollars; one that is
// negative, huge, broken or no number is the same, and adds to `outcome.refused_figures`.
class FigureReader {
 public:
  explicit FigureReader(AgentOutcome& outcome) : outcome_(outcome) {}

  std::int64_t tokens(const boost::json::object& object, std::string_view key);
  std::optional<std::int64_t> usd_micros(const boost::json::object& object, std::string_view key);
  // `whole` less a part that it includes; a part larger than the whole is refused.
  std::int64_t without(std::int64_t whole, std::int64_t& part);

 private:
  AgentOutcome& outcome_;
};

// Sums stay at kTokensMax.
void add_usage(TokenUsage& sum, const TokenUsage& more);
// Into the whole and into the model's part. Nothing is kept for a model that used nothing.
void add_usage(AgentOutcome& outcome, std::string_view model, const TokenUsage& more);
void add_cost(AgentOutcome& outcome, std::int64_t usd_micros);
void set_cost(AgentOutcome& outcome, std::int64_t usd_micros);
void clear_usage(AgentOutcome& outcome);

}  // namespace loop
