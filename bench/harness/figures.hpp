// SPDX-License-Identifier: MIT
// What was measured: samples by round, their medians and ratios, and whether goals are reached.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/row.hpp"

namespace loop::bench {

struct Spread {
  double median = 0, low = 0, high = 0;
};
Spread spread_of(std::vector<double> values);  // of at least one value

// How many times as good as `theirs` `ours` was, round by round.
std::vector<double> ratios(const std::vector<double>& ours, const std::vector<double>& theirs,
                           Better better);

struct ContenderResult {
  std::string name;
  Role role = Role::peer;
  std::vector<double> samples;  // one a round, in the order of the rounds
  std::string absent;
};

struct RowResult {
  std::string id, what, unit;
  Better better = Better::more;
  std::vector<ContenderResult> contenders;
  std::vector<Goal> goals;

  const ContenderResult* ours() const;
  const ContenderResult* find(const std::string& name) const;
};

struct GoalResult {
  Goal goal;
  std::optional<Spread> ratio;  // nothing when the contender is absent
  bool is_reached = false;      // by the median
};
GoalResult judge(const RowResult& row, const Goal& goal);

struct GrowthPoint {
  std::size_t size = 0;
  std::vector<double> samples;
};
struct GrowthResult {
  std::string id, what, size_unit, unit;
  std::vector<GrowthPoint> points;
};

struct RunResult {
  std::string machine;  // processors, memory, kernel
  std::string build;    // version and compiler
  std::vector<RowResult> rows;
  std::vector<GrowthResult> growths;
  std::vector<std::string> failures;  // rows that gave a wrong result, or none
};

}  // namespace loop::bench
