// SPDX-License-Identifier: MIT
// Medians, ratios and goals.
#include "harness/figures.hpp"

#include <algorithm>

namespace loop::bench {

Spread spread_of(std::vector<double> values) {
  std::ranges::sort(values);
  const std::size_t middle = values.size() / 2;
  const double median =
      values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  return {median, values.front(), values.back()};
}

std::vector<double> ratios(const std::vector<double>& ours, const std::vector<double>& theirs,
                           Better better) {
  std::vector<double> result;
  for (std::size_t round = 0; round < std::min(ours.size(), theirs.size()); ++round) {
    result.push_back(better == Better::more ? ours[round] / theirs[round]
                                            : theirs[round] / ours[round]);
  }
  return result;
}

const ContenderResult* RowResult::ours() const {
  const auto found = std::ranges::find(contenders, Role::ours, &ContenderResult::role);
  return found == contenders.end() ? nullptr : &*found;
}

const ContenderResult* RowResult::find(const std::string& name) const {
  const auto found = std::ranges::find(contenders, name, &ContenderResult::name);
  return found == contenders.end() ? nullptr : &*found;
}

GoalResult judge(const RowResult& row, const Goal& goal) {
  GoalResult result{goal, std::nullopt, false};
  const ContenderResult* ours = row.ours();
  if (ours == nullptr || ours->samples.empty()) return result;
  if (goal.against.empty()) {
    result.ratio = spread_of(ours->samples);
    result.is_reached = row.better == Better::more ? result.ratio->median >= goal.factor
                                                   : result.ratio->median <= goal.factor;
    return result;
  }
  const ContenderResult* theirs = row.find(goal.against);
  if (theirs == nullptr || theirs->samples.empty()) return result;
  result.ratio = spread_of(ratios(ours->samples, theirs->samples, row.better));
  result.is_reached = result.ratio->median >= goal.factor;
  return result;
}

}  // namespace loop::bench
