// SPDX-License-Identifier: MIT
// How an agent's attempt ended, what it used and what it cost, in one form for all agents.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "loop/base/time.h"

namespace loop {

enum class OutcomeClass {
  ok,
  task_failed,   // it ran and did not do it; counts, is retried
  limit,         // its own limit of turns, money or time; counts, is retried
  rate_limited,  // the provider's limit or overload: parked until the reset, never counted
  auth,          // not logged in; counts, never retried
  config,        // missing program, bad flag; counts, never retried
  killed,        // ended by a signal from outside
  protocol,      // exit code 0, but no evidence that it worked
};
std::string_view to_string(OutcomeClass outcome) noexcept;
std::optional<OutcomeClass> parse_outcome_class(std::string_view text);

struct TokenUsage {
  std::int64_t input_uncached = 0;
  std::int64_t cache_read = 0;
  std::int64_t cache_write = 0;
  std::int64_t output = 0;
  std::int64_t reasoning = 0;

  std::int64_t total() const {
    return input_uncached + cache_read + cache_write + output + reasoning;
  }

  TokenUsage& operator+=(const TokenUsage& other) {
    input_uncached += other.input_uncached;
    cache_read += other.cache_read;
    cache_write += other.cache_write;
    output += other.output;
    reasoning += other.reasoning;
    return *this;
  }

  friend bool operator==(const TokenUsage&, const TokenUsage&) = default;
};

struct AgentCost {
  enum class Basis { unknown, reported, price_table } basis = Basis::unknown;
  std::int64_t usd_micros = 0;  // 0 when unknown: never invented
  bool is_partial = false;      // the stream stopped before the final figure
};
std::string_view to_string(AgentCost::Basis basis) noexcept;

struct AgentOutcome {
  OutcomeClass outcome = OutcomeClass::protocol;
  std::string reason;                  // one sentence; empty when ok
  std::optional<Instant> limit_reset;  // of rate_limited, when the agent said it
  TokenUsage usage;
  AgentCost cost;
  std::string answer;  // the last thing it said, at most 8 KiB
  // What the stream held besides: kept in the log, counted here.
  std::int64_t unknown_events = 0;
  std::int64_t unknown_fields = 0;
  std::int64_t garbage_lines = 0;    // no JSON object
  std::int64_t cut_lines = 0;        // over 16 MiB
  std::int64_t refused_figures = 0;  // negative, huge, not a number: not in `usage` or `cost`
  // The parts of `usage` by model; "" is a model that the agent did not name.
  std::map<std::string, TokenUsage> usage_by_model;
  std::string session;  // what the agent calls its session; empty: it did not say
};

inline constexpr std::size_t kAnswerBytesMax = 8192;

}  // namespace loop
