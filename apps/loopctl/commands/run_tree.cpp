// SPDX-License-Identifier: MIT
// Runs as trees.
#include "commands/run_tree.hpp"

#include <algorithm>
#include <set>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "commands/run_logs.hpp"
#include "loop/engine/run_tree.h"
#include "run_view.hpp"
#include "text_forms.hpp"

namespace loopctl {

namespace json = boost::json;
using loop::Result;
using loop::RunTree;

namespace {

json::object tree_json(const RunTree& tree) {
  json::object object = to_json(tree.run);
  object["runs_of_tree"] = tree.run_count;
  object["cost_usd_micros_of_tree"] = tree.cost_usd_micros;
  object["tokens_of_tree"] = tree.tokens;
  object["busy_seconds_of_tree"] = static_cast<double>(tree.busy.count()) / 1000.0;
  json::array children;
  for (const RunTree& child : tree.children) children.emplace_back(tree_json(child));
  object["children"] = std::move(children);
  return object;
}

std::string cost_text(const RunTree& tree) {
  if (tree.cost_usd_micros == 0) return {};
  std::string text = ", " + shown_usd(tree.run.cost_usd_micros);
  if (!tree.children.empty()) text += fmt::format(" ({})", shown_usd(tree.cost_usd_micros));
  return text;
}

void print(const RunTree& tree, const std::string& lead, const std::string& branch,
           loop::Instant now, Output& output) {
  const loop::RunSummary& run = tree.run;
  output.line(
      fmt::format("{}{} [{}] {}{}, {}{}", branch, shown(run.id.str(), 100),
                  shown(run.mode.str(), 40), output.paint(tone_of(run), state_of(run)),
                  run.first_start ? " " + relative_time(*run.first_start, now) : std::string{},
                  loop::format_duration(run.busy), cost_text(tree)));
  const bool has_more = !tree.children.empty();
  const std::string gap = lead + (has_more ? "| " : "  ");
  if (!run.task.empty()) output.line(gap + shown(run.task, 100));
  for (std::size_t index = 0; index < tree.children.size(); ++index) {
    const bool is_last = index + 1 == tree.children.size();
    print(tree.children[index], lead + (is_last ? "   " : "|  "), lead + "+- ", now, output);
  }
}

// Trees with a live run first, then those of more than one run, then the newest.
std::vector<loop::RunId> choose_roots(const loop::History& history, std::size_t limit) {
  std::vector<loop::RunId> roots;
  std::set<loop::RunId> seen;
  const auto add = [&](const loop::RunSummary& run) {
    const auto root = root_of(history, run.id);
    if (root && roots.size() < limit && seen.insert(*root).second) roots.push_back(*root);
  };
  const auto newest = newest_runs(history);
  for (const auto* run : newest) {
    if (run->is_live()) add(*run);
  }
  for (const auto* run : newest) {
    if (!run->parent.empty()) add(*run);
  }
  for (const auto* run : newest) add(*run);
  return roots;
}

}  // namespace

Result<ExitCode> run_tree(Invocation& call) {
  LOOP_TRY(const auto session, call.open_session());
  LOOP_TRY(const loop::History history, session->history());
  std::vector<loop::RunId> roots;
  if (const std::string wanted = call.arguments.positional(0); !wanted.empty()) {
    LOOP_TRY(const loop::RunSummary run, find_run(history, wanted));
    roots.push_back(root_of(history, run.id).value_or(run.id));
  } else {
    roots = choose_roots(history, static_cast<std::size_t>(*call.arguments.integer("limit")));
  }
  json::array trees;
  for (const loop::RunId& root : roots) {
    const auto tree = tree_of(history, root);
    if (!tree) continue;
    if (call.output.wants_json()) {
      trees.emplace_back(tree_json(*tree));
    } else {
      print(*tree, "", "", session->now(), call.output);
    }
  }
  if (call.output.wants_json()) {
    call.output.json({{"trees", std::move(trees)}});
  } else if (roots.empty()) {
    call.output.note("no runs");
  }
  return ExitCode::ok;
}

}  // namespace loopctl
