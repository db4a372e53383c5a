// SPDX-License-Identifier: MIT
// Limits on runs, time, money and tokens over a day, checked before each launch: pure rules.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "loop/base/time.h"

namespace loop {

// Unset limits do not limit. Money in micro-dollars, so that sums are exact.
struct BudgetLimits {
  std::optional<std::int64_t> runs_per_day;
  std::optional<Duration> time_per_day;
  std::optional<std::int64_t> cost_usd_micros_per_day;
  std::optional<std::int64_t> tokens_per_day;
};

struct BudgetUse {
  std::int64_t runs = 0;
  Duration time{};
  std::int64_t cost_usd_micros = 0;
  std::int64_t tokens = 0;
};

// The first limit that is used up, in words with both figures ("50 of 50 runs today"); nothing when
// one more run may start.
std::optional<std::string> exhausted(const BudgetLimits& limits, const BudgetUse& today);

}  // namespace loop
