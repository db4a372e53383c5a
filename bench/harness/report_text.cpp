// SPDX-License-Identifier: MIT
// The table for people.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "harness/report.hpp"

namespace loop::bench {

namespace {

std::string goal_text(const RowResult& row, const ContenderResult& contender) {
  std::string text;
  for (const Goal& goal : row.goals) {
    const bool is_of_this =
        goal.against.empty() ? contender.role == Role::ours : goal.against == contender.name;
    if (!is_of_this) continue;
    const GoalResult result = judge(row, goal);
    if (!result.ratio) continue;
    const char* verdict = result.is_reached ? "reached" : "MISSED";
    if (goal.against.empty()) {
      text +=
          fmt::format("goal {} {}: {}",
                      row.better == Better::more ? ">=" : "<=", short_number(goal.factor), verdict);
    } else {
      text += fmt::format("{:>6.2f}x [{:.2f}..{:.2f}]  goal {:.2f}x: {}", result.ratio->median,
                          result.ratio->low, result.ratio->high, goal.factor, verdict);
    }
  }
  if (!text.empty() || contender.role == Role::ours || contender.samples.empty()) return text;
  const GoalResult result = judge(row, {contender.name, 0});
  if (!result.ratio) return text;
  return fmt::format("{:>6.2f}x [{:.2f}..{:.2f}]", result.ratio->median, result.ratio->low,
                     result.ratio->high);
}

std::string contender_text(const RowResult& row, const ContenderResult& contender) {
  const char* role = contender.role == Role::ours    ? "ours "
                     : contender.role == Role::limit ? "limit"
                                                     : "peer ";
  if (contender.samples.empty()) {
    return fmt::format("  {} {:<42} absent: {}\n", role, contender.name, contender.absent);
  }
  const Spread spread = spread_of(contender.samples);
  std::string line =
      fmt::format("  {} {:<42} {:>8} {:<20} {}", role, contender.name, short_number(spread.median),
                  fmt::format("[{}..{}]", short_number(spread.low), short_number(spread.high)),
                  goal_text(row, contender));
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

}  // namespace

std::string short_number(double value) {
  if (value == 0) return "0";
  static constexpr const char* kSuffixes[] = {"", " k", " M", " G"};
  std::size_t suffix = 0;
  while (std::abs(value) >= 10'000 && suffix + 1 < std::size(kSuffixes)) {
    value /= 1000;
    ++suffix;
  }
  const double size = std::abs(value);
  const int decimals = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
  return fmt::format("{:.{}f}{}", value, decimals, kSuffixes[suffix]);
}

std::string to_text(const RunResult& run) {
  std::string text = fmt::format("{}\n{}\n", run.machine, run.build);
  std::size_t goals = 0;
  std::size_t reached = 0;
  for (const RowResult& row : run.rows) {
    text += fmt::format("\n{}: {} ({}, {} is better; {} rounds)\n", row.id, row.what, row.unit,
                        row.better == Better::more ? "more" : "less",
                        row.ours() == nullptr ? 0 : row.ours()->samples.size());
    for (const ContenderResult& contender : row.contenders) text += contender_text(row, contender);
    for (const Goal& goal : row.goals) {
      const GoalResult result = judge(row, goal);
      if (!result.ratio) continue;
      ++goals;
      if (result.is_reached) ++reached;
    }
  }
  for (const GrowthResult& growth : run.growths) {
    text += fmt::format("\n{}: {} ({})\n", growth.id, growth.what, growth.unit);
    for (const GrowthPoint& point : growth.points) {
      const Spread spread = spread_of(point.samples);
      text += fmt::format("  {:>10} {}: {:>8} [{}..{}]\n", point.size, growth.size_unit,
                          short_number(spread.median), short_number(spread.low),
                          short_number(spread.high));
    }
  }
  if (goals > 0) text += fmt::format("\n{} of {} goals measured are reached\n", reached, goals);
  return text;
}

}  // namespace loop::bench
