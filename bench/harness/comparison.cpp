// SPDX-License-Identifier: MIT
// Comparing two runs, and measuring two builds in turns.
#include "harness/comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "harness/child.hpp"
#include "harness/report.hpp"

namespace loop::bench {

namespace {

const RowResult* find_row(const RunResult& run, const std::string& id) {
  const auto found = std::ranges::find(run.rows, id, &RowResult::id);
  return found == run.rows.end() ? nullptr : &*found;
}

// One round of one row by one build, added to what it has.
Status add_round(const std::string& program, const std::string& row, const Versus& versus,
                 RunResult& run) {
  std::vector<std::string> argv{program,    "--rows", row,      "--exact", "--ours",
                                "--rounds", "1",      "--json", "-"};
  argv.insert(argv.end(), versus.arguments.begin(), versus.arguments.end());
  LOOP_TRY(const std::string output, output_of(argv));
  LOOP_TRY(RunResult one, parse_run(output));
  if (one.rows.size() != 1) {
    return Error(Errc::not_found, fmt::format("{} has no row {}", program, row));
  }
  auto known = std::ranges::find(run.rows, row, &RowResult::id);
  if (known == run.rows.end()) {
    run.machine = one.machine;
    run.build = one.build;
    run.rows.push_back(std::move(one.rows.front()));
    return {};
  }
  const auto& samples = one.rows.front().contenders.front().samples;
  auto& kept = known->contenders.front().samples;
  kept.insert(kept.end(), samples.begin(), samples.end());
  return {};
}

}  // namespace

bool Comparison::is_slower() const { return std::ranges::any_of(changes, &RowChange::is_slower); }

Comparison compare(const RunResult& before, const RunResult& after, double limit) {
  Comparison comparison;
  for (const RowResult& old : before.rows) {
    const RowResult* now = find_row(after, old.id);
    const bool both = now != nullptr && now->ours() != nullptr && old.ours() != nullptr &&
                      !now->ours()->samples.empty() && !old.ours()->samples.empty();
    if (!both) {
      comparison.only_before.push_back(old.id);
      continue;
    }
    const Spread ratio = spread_of(ratios(now->ours()->samples, old.ours()->samples, now->better));
    const bool is_slower = ratio.median < 1 - limit && ratio.high < 1;
    comparison.changes.push_back({old.id, ratio, is_slower});
  }
  return comparison;
}

std::string to_text(const Comparison& comparison, double limit) {
  std::string text;
  for (const RowChange& change : comparison.changes) {
    text += fmt::format("{:<36} {:>6.2f}x [{:.2f}..{:.2f}]{}\n", change.id, change.ratio.median,
                        change.ratio.low, change.ratio.high, change.is_slower ? "  SLOWER" : "");
  }
  for (const std::string& id : comparison.only_before) {
    text += fmt::format("{:<36} not measured in the second\n", id);
  }
  if (!comparison.is_slower()) {
    text += fmt::format("no row is slower by more than {:.0f} %\n", limit * 100);
  }
  return text;
}

Result<std::vector<std::string>> rows_of(const std::string& other,
                                         const std::function<bool(const std::string&)>& is_wanted) {
  LOOP_TRY(const std::string text, output_of({other, "--list"}));
  std::istringstream lines(text);
  std::vector<std::string> rows;
  for (std::string id; std::getline(lines, id);) {
    if (is_wanted(id)) rows.push_back(id);
  }
  return rows;
}

Result<VersusResult> measure_versus(const Versus& versus) {
  VersusResult result;
  for (int round = 0; round < versus.rounds; ++round) {
    for (const std::string& row : versus.rows) {
      // The first of a pair meets another machine than the second: they change places.
      const bool before_first = round % 2 == 0;
      if (before_first) LOOP_TRY_VOID(add_round(versus.before, row, versus, result.before));
      LOOP_TRY_VOID(add_round(versus.after, row, versus, result.after));
      if (!before_first) LOOP_TRY_VOID(add_round(versus.before, row, versus, result.before));
    }
  }
  return result;
}

}  // namespace loop::bench
