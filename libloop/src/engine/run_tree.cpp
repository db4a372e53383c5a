// SPDX-License-Identifier: MIT
// Ways up and down in the tree of runs.
#include "loop/engine/run_tree.h"

#include <algorithm>
#include <functional>
#include <map>

namespace loop {

namespace {

// A damaged journal may make a circle of parents; no real tree is this deep.
constexpr std::size_t kPathMax = 64;

using Children = std::multimap<RunId, const RunSummary*>;

Children children_by_parent(const History& history) {
  Children children;
  const auto add = [&](const RunSummary& run) {
    if (!run.parent.empty()) children.emplace(run.parent, &run);
  };
  for (const RunSummary& run : history.finished()) add(run);
  for (const auto& [id, run] : history.live()) add(run);
  return children;
}

RunTree build_tree(const Children& all, const RunSummary& run, std::size_t depth) {
  RunTree tree{run, {}, run.cost_usd_micros, run.tokens, run.busy, 1};
  if (depth >= kPathMax) return tree;
  const auto [begin, end] = all.equal_range(run.id);
  for (auto child = begin; child != end; ++child) {
    tree.children.push_back(build_tree(all, *child->second, depth + 1));
    const RunTree& added = tree.children.back();
    tree.cost_usd_micros += added.cost_usd_micros;
    tree.tokens += added.tokens;
    tree.busy += added.busy;
    tree.run_count += added.run_count;
  }
  std::stable_sort(
      tree.children.begin(), tree.children.end(),
      [](const RunTree& a, const RunTree& b) { return a.run.claimed < b.run.claimed; });
  return tree;
}

}  // namespace

std::vector<RunSummary> path_of(const History& history, const RunId& run) {
  std::vector<RunSummary> path;
  const RunSummary* at = history.find(run);
  while (at != nullptr && path.size() < kPathMax) {
    path.push_back(*at);
    at = at->parent.empty() ? nullptr : history.find(at->parent);
  }
  return path;
}

std::optional<RunId> root_of(const History& history, const RunId& run) {
  const auto path = path_of(history, run);
  if (path.empty()) return std::nullopt;
  return path.back().id;
}

std::optional<RunTree> tree_of(const History& history, const RunId& run) {
  const RunSummary* found = history.find(run);
  if (found == nullptr) return std::nullopt;
  return build_tree(children_by_parent(history), *found, 0);
}

std::vector<RunSummary> live_descendants(const History& history, const RunId& run) {
  std::vector<RunSummary> below;
  for (const auto& [id, live] : history.live()) {
    RunId above = live.parent;
    for (std::size_t steps = 0; !above.empty() && steps < kPathMax; ++steps) {
      if (above == run) {
        below.push_back(live);
        break;
      }
      const RunSummary* parent = history.find(above);
      above = parent == nullptr ? RunId{} : parent->parent;
    }
  }
  std::stable_sort(below.begin(), below.end(),
                   [](const RunSummary& a, const RunSummary& b) { return a.depth > b.depth; });
  return below;
}

bool is_cut_off(const History& history, const RunSummary& run) {
  RunId above = run.parent;
  for (std::size_t steps = 0; !above.empty() && steps < kPathMax; ++steps) {
    const auto parent = history.live().find(above);
    if (parent == history.live().end() || !parent->second.has_process()) return true;
    above = parent->second.parent;
  }
  return false;
}

}  // namespace loop
