// SPDX-License-Identifier: MIT
// Two builds side by side: what became slower, and by how much.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "harness/figures.hpp"

namespace loop::bench {

struct RowChange {
  std::string id;
  Spread ratio;  // how many times as good as before, round by round
  bool is_slower = false;
};

struct Comparison {
  std::vector<RowChange> changes;        // of rows that both have
  std::vector<std::string> only_before;  // rows that are gone
  bool is_slower() const;
};

// A row is slower when the median of its ratios is below 1 - limit (0.1: a tenth) and even its best
// round did not reach what it was: one disturbed round says nothing.
Comparison compare(const RunResult& before, const RunResult& after, double limit);
std::string to_text(const Comparison& comparison, double limit);

// Measures our figures of the rows of two builds of this program in turns, each in a process of its
// own, and compares them.
struct Versus {
  std::string before;  // the programs
  std::string after;
  std::vector<std::string> rows;
  std::vector<std::string> arguments;  // handed on to both
  int rounds = 5;
};
// The rows of another build.
Result<std::vector<std::string>> rows_of(const std::string& other,
                                         const std::function<bool(const std::string&)>& is_wanted);

struct VersusResult {
  RunResult before, after;
};
Result<VersusResult> measure_versus(const Versus& versus);

}  // namespace loop::bench
