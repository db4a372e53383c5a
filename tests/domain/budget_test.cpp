// SPDX-License-Identifier: MIT
// Limits of a day: each at one below, at, and one above.
#include "loop/domain/budget.h"

#include "support/catch.hpp"

using namespace loop;

TEST_CASE("without limits nothing is ever used up") {
  CHECK_FALSE(exhausted({}, {.runs = 1'000'000, .time = std::chrono::hours{24}}));
}

TEST_CASE("a limit of runs is used up by as many runs") {
  const BudgetLimits limits{.runs_per_day = 50};

  CHECK_FALSE(exhausted(limits, {.runs = 49}));
  CHECK(exhausted(limits, {.runs = 50}) == "50 of 50 runs today");
  CHECK(exhausted(limits, {.runs = 51}) == "51 of 50 runs today");
}

TEST_CASE("a limit of nothing lets nothing start") {
  CHECK(exhausted({.runs_per_day = 0}, {}) == "0 of 0 runs today");
}

TEST_CASE("limits of time, cost and tokens are used up to the last unit") {
  const Duration hour = std::chrono::hours{1};
  CHECK_FALSE(exhausted({.time_per_day = hour}, {.time = hour - Duration{1}}));
  CHECK(exhausted({.time_per_day = hour}, {.time = hour}));
  CHECK(exhausted({.time_per_day = hour}, {.time = hour + Duration{1}}));

  CHECK_FALSE(exhausted({.cost_usd_micros_per_day = 5'000'000}, {.cost_usd_micros = 4'999'999}));
  CHECK(exhausted({.cost_usd_micros_per_day = 5'000'000}, {.cost_usd_micros = 5'000'000}) ==
        "$5.00 of $5.00 today");
  CHECK(exhausted({.cost_usd_micros_per_day = 5'000'000}, {.cost_usd_micros = 5'000'001}) ==
        "$5.000001 of $5.00 today");

  CHECK_FALSE(exhausted({.tokens_per_day = 10}, {.tokens = 9}));
  CHECK(exhausted({.tokens_per_day = 10}, {.tokens = 10}) == "10 of 10 tokens today");
  CHECK(exhausted({.tokens_per_day = 10}, {.tokens = 11}) == "11 of 10 tokens today");
}
