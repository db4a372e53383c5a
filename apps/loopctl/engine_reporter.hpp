// SPDX-License-Identifier: MIT
// What a person at an engine in the foreground sees: a line for each run that starts, ends or
// waits.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "loop/engine/engine.h"
#include "output.hpp"

namespace loopctl {

class EngineReporter {
 public:
  explicit EngineReporter(Output& output) : output_(output) {}

  // After each step: tells what changed since the last one. The first call tells which schedules
  // cannot run, and nothing of the past.
  void report(const loop::Engine& engine);

 private:
  void report_schedules(const loop::Engine& engine);
  void report_run(const loop::Engine& engine, const loop::RunSummary& run);

  Output& output_;
  bool is_first_ = true;
  std::map<loop::RunId, std::pair<loop::RunPhase, int>> seen_;  // phase and attempt
};

}  // namespace loopctl
