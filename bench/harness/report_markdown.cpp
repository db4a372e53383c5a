// SPDX-License-Identifier: MIT
// The table for docs.
#include <fmt/format.h>

#include <algorithm>

#include "harness/report.hpp"

namespace loop::bench {

namespace {

std::string spread_text(const Spread& spread) {
  return fmt::format("{:.2f} [{:.2f}..{:.2f}]", spread.median, spread.low, spread.high);
}

std::string figure_of(const ContenderResult& contender, const std::string& unit) {
  return fmt::format("{} {}", short_number(spread_of(contender.samples).median), unit);
}

std::string line_against(const RowResult& row, const ContenderResult& other) {
  const std::string name = other.name + (other.role == Role::limit ? " (limit)" : "");
  if (other.samples.empty()) return fmt::format("| | | {} | absent | | |\n", name);
  const auto goal = std::ranges::find(row.goals, other.name, &Goal::against);
  const GoalResult result =
      judge(row, goal == row.goals.end() ? Goal{.against = other.name, .factor = 0} : *goal);
  std::string wanted;
  if (goal != row.goals.end()) {
    wanted = fmt::format("{:.2f}{}", goal->factor, result.is_reached ? "" : " **missed**");
  }
  return fmt::format("| | | {} | {} | {} | {} |\n", name, figure_of(other, row.unit),
                     result.ratio ? spread_text(*result.ratio) : "", wanted);
}

std::string lines_of(const RowResult& row) {
  const ContenderResult* ours = row.ours();
  if (ours == nullptr || ours->samples.empty()) return "";
  std::string bound;
  const auto goal = std::ranges::find(row.goals, "", &Goal::against);
  if (goal != row.goals.end()) {
    bound = fmt::format("{} {} {}{}", row.better == Better::more ? "at least" : "at most",
                        short_number(goal->factor), row.unit,
                        judge(row, *goal).is_reached ? "" : " **missed**");
  }
  std::string text = fmt::format("| `{}`: {} | {} | | | | {} |\n", row.id, row.what,
                                 figure_of(*ours, row.unit), bound);
  for (const ContenderResult& other : row.contenders) {
    if (other.role != Role::ours) text += line_against(row, other);
  }
  return text;
}

}  // namespace

std::string to_markdown(const RunResult& run) {
  std::string text = fmt::format(
      "{}; {}. A ratio is how many times as good as the other ours is, the median of the rounds "
      "[lowest..highest].\n\n| what | ours | against | theirs | ratio | goal |\n"
      "|---|---|---|---|---|---|\n",
      run.machine, run.build);
  for (const RowResult& row : run.rows) text += lines_of(row);
  return text;
}

}  // namespace loop::bench
