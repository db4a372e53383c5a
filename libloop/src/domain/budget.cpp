// SPDX-License-Identifier: MIT
// The first limit of the day that is used up.
#include "loop/domain/budget.h"

#include <fmt/format.h>

namespace loop {

namespace {

// Whole cents are enough for a person; a small budget shows all its digits.
std::string format_usd(std::int64_t micros) {
  if (micros % 10'000 == 0)
    return fmt::format("${}.{:02}", micros / 1'000'000, micros / 10'000 % 100);
  return fmt::format("${}.{:06}", micros / 1'000'000, micros % 1'000'000);
}

}  // namespace

std::optional<std::string> exhausted(const BudgetLimits& limits, const BudgetUse& today) {
  if (limits.runs_per_day && today.runs >= *limits.runs_per_day) {
    return fmt::format("{} of {} runs today", today.runs, *limits.runs_per_day);
  }
  if (limits.time_per_day && today.time >= *limits.time_per_day) {
    return fmt::format("{} of {} of agent time today", format_duration(today.time),
                       format_duration(*limits.time_per_day));
  }
  const auto& cost = limits.cost_usd_micros_per_day;
  if (cost && today.cost_usd_micros >= *cost) {
    return fmt::format("{} of {} today", format_usd(today.cost_usd_micros), format_usd(*cost));
  }
  if (limits.tokens_per_day && today.tokens >= *limits.tokens_per_day) {
    return fmt::format("{} of {} tokens today", today.tokens, *limits.tokens_per_day);
  }
  return std::nullopt;
}

}  // namespace loop
