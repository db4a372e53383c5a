// SPDX-License-Identifier: MIT
// Runs for people and for JSON.
#include "run_view.hpp"

#include <algorithm>

#include "loop/engine/run_record.h"
#include "text_forms.hpp"

namespace loopctl {

std::string state_of(const loop::RunSummary& run) {
  return run.is_live() ? std::string(to_string(run.phase)) : run.end;
}

Tone tone_of(const loop::RunSummary& run) {
  if (run.is_live()) return Tone::strong;
  if (run.end == to_string(loop::AttemptEnd::succeeded)) return Tone::good;
  const bool was_stopped = run.end == to_string(loop::AttemptEnd::cancelled) ||
                           run.end == to_string(loop::AttemptEnd::interrupted);
  return was_stopped ? Tone::warning : Tone::bad;
}

boost::json::object to_json(const loop::RunSummary& run) {
  return {
      {"id", json_text(run.id.str())},
      {"schedule", json_text(run.schedule.str())},
      {"slot", json_time(run.slot)},
      {"phase", to_string(run.phase)},
      {"end", json_text_or_null(run.end)},
      {"reason", json_text_or_null(run.reason)},
      {"attempt", run.attempt},
      {"launch", run.launch},
      {"claimed", loop::format_instant(run.claimed)},
      {"started", json_time(run.first_start)},
      {"ended", json_time(run.ended)},
      {"until", json_time(run.until)},
      {"stage", json_text_or_null(run.stage)},
      {"parent", json_text_or_null(run.parent.str())},
      {"depth", run.depth},
      {"mode", json_text_or_null(run.mode.str())},
      {"task", json_text_or_null(run.task)},
      {"busy_seconds", static_cast<double>(run.busy.count()) / 1000.0},
      {"tokens", run.tokens},
      {"cost_usd", static_cast<double>(run.cost_usd_micros) / 1e6},
  };
}

std::vector<const loop::RunSummary*> newest_runs(const loop::History& history) {
  std::vector<const loop::RunSummary*> runs;
  for (const auto& [id, run] : history.live()) runs.push_back(&run);
  for (const loop::RunSummary& run : history.finished()) runs.push_back(&run);
  std::stable_sort(runs.begin(), runs.end(),
                   [](const auto* a, const auto* b) { return a->claimed > b->claimed; });
  return runs;
}

}  // namespace loopctl
