// SPDX-License-Identifier: MIT
// Runs as the tree that delegation makes of them.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "loop/engine/history.h"

namespace loop {

struct RunTree {
  RunSummary run;
  std::vector<RunTree> children;  // by their claims
  // Sums over the run and everything below it.
  std::int64_t cost_usd_micros = 0;
  std::int64_t tokens = 0;
  Duration busy{};
  std::size_t run_count = 1;
};

// The run at the top of the tree to which `run` belongs: the last one on the way up that the
// history knows. Nothing for an unknown run.
std::optional<RunId> root_of(const History& history, const RunId& run);

// The tree below `run`, itself included; nothing for an unknown run.
std::optional<RunTree> tree_of(const History& history, const RunId& run);

// `run` and the runs above it, the root last. Empty for an unknown run.
std::vector<RunSummary> path_of(const History& history, const RunId& run);

// The live runs below `run`, the deepest first; `run` is not among them.
std::vector<RunSummary> live_descendants(const History& history, const RunId& run);

// Whether a delegated run has lost the process on whose behalf it works: a run above it is over,
// between attempts, or unknown.
bool is_cut_off(const History& history, const RunSummary& run);

}  // namespace loop
