// SPDX-License-Identifier: MIT
// The engine's shell: waits for time, file changes, ends of processes and signals, and steps.
#pragma once

#include <functional>
#include <optional>

#include "loop/engine/engine.h"

namespace loop {

struct EngineLoopOptions {
  std::optional<Duration> run_for;  // ends after this long; for ever when empty
  bool until_idle = false;          // ends when nothing runs, waits, or is due within run_for
  Duration safety_tick = std::chrono::seconds{30};
  // Called after each step, from the loop that does the work: for READY=1 and the watchdog.
  std::function<void(const Engine&)> after_step;
  // Asked after each wake-up: the system's zone, if it has changed since the last call.
  std::function<std::optional<Zone>()> current_zone;
  // Polled after each wake-up: a signal asked to stop. Running agents go on; their runners are
  // processes of their own.
  std::function<bool()> stop_requested;
};

// Wakes on a CLOCK_REALTIME timer for the next deadline (cancelled when the clock is set), on
// inotify events of the workspace's files (polling every 5 s where inotify fails), on the end of a
// watched process, on a signal to this thread, and every `safety_tick`. A failed step is logged and
// tried again. Returns when asked to stop or when run_for is over.
Status run_engine_loop(Engine& engine, const EngineContext& context,
                       const EngineLoopOptions& options);

}  // namespace loop
