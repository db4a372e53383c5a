// SPDX-License-Identifier: MIT
// A workspace on the real disk with real runners, and a clock that can be put forward.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "loop/engine/engine.h"
#include "support/catch.hpp"

namespace loop::test {

// Real time plus an offset that the test raises: slots come without waiting for them.
class ShiftedClock final : public Clock {
 public:
  Instant now() const override { return real_.now() + offset; }
  Duration monotonic() const override { return real_.monotonic(); }
  void sleep(Duration duration) override { real_.sleep(duration); }
  Duration offset{};

 private:
  SystemClock real_;
};

class RealWorkspace {
 public:
  // Schedules run every minute on a fixed grid, through the agent `shell`, in a trusted workspace.
  // Each start appends one line to starts.txt: "<run>/a<launch>".
  explicit RealWorkspace(const std::string& script = {},
                         Duration kill_grace = std::chrono::seconds{1});
  ~RealWorkspace();

  std::unique_ptr<Engine> open_engine(FileSystem& on, EngineRole role = EngineRole::engine);
  std::unique_ptr<Engine> open_engine() { return open_engine(*files); }

  // Steps until `done`, at most 40 s of real time; false when that was not enough.
  bool step_until(Engine& engine, const std::function<bool()>& done);

  std::string read(const std::string& path) const;  // empty when absent
  std::vector<std::string> starts() const;          // lines of starts.txt
  std::vector<JournalEntry> journal_of(JournalEvent event) const;

  std::string root;
  std::unique_ptr<FileSystem> files;
  ShiftedClock clock;
  SystemRandom random;
  NullLog log;
  std::unique_ptr<ProcessLauncher> processes;
  EngineOptions options;
};

}  // namespace loop::test
