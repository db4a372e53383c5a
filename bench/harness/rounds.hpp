// SPDX-License-Identifier: MIT
// Measuring a row: all contenders in turns, round by round.
#pragma once

#include "harness/figures.hpp"

namespace loop::bench {

// Each round measures every contender once, each round beginning with another one, so that what the
// machine does meanwhile meets all of them. The first failing or wrong result ends it.
Result<RowResult> measure_row(const Row& row, const Scene& scene, int rounds);

Result<GrowthResult> measure_growth(const Growth& growth, const Scene& scene, int rounds);

}  // namespace loop::bench
