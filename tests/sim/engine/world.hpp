// SPDX-License-Identifier: MIT
// A whole workspace in virtual time: disk, clock, processes and an engine that can be killed.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "loop/engine/engine.h"
#include "sim/engine/sim_processes.hpp"
#include "sim/sim_clock.hpp"
#include "sim/sim_files.hpp"
#include "sim/sim_random.hpp"
#include "support/catch.hpp"

namespace loop::sim {

class KeptLog final : public Log {
 public:
  void write(LogLevel level, std::string_view message) override {
    lines.push_back(std::string(to_string(level)) + ": " + std::string(message));
    if (lines.size() > 1000) lines.erase(lines.begin(), lines.begin() + 500);
  }
  std::vector<std::string> lines;
};

Instant at(std::string_view text);  // "2025-11-01T06:28:04.939Z"; fails the test on anything else

struct WorldOptions {
  Instant start{};
  std::uint64_t seed = 1;
  Config config;
  std::string zone = "Etc/UTC";
  bool is_trusted = true;
};

class World {
 public:
  explicit World(WorldOptions options);

  // `{"schedules": [...]}` of these objects, as JSON texts; the file is replaced at once.
  void write_schedules(const std::vector<std::string>& objects);
  void start_engine();
  void kill_engine() { engine.reset(); }
  void crash_machine(std::uint64_t seed);

  // Lets time pass, with everything that happens in it. The engine may be down.
  void run_until(Instant end);
  void run_until(std::string_view end) { run_until(at(end)); }
  // Steps until nothing more happens at this instant.
  void settle();

  std::vector<JournalEntry> journal() const;
  std::vector<JournalEntry> journal_of(JournalEvent event) const;
  std::string file(std::string_view path) const;  // empty when absent
  // The value of a string field of the first schedule with this id; empty when absent.
  std::string field(const std::string& id, const std::string& key) const;

  SimClock clock;
  SimFiles files;
  SimRandom random;
  KeptLog log;
  AgentScript agent;  // what every launch does, unless `script` is set
  SimProcesses::Script script;
  SimProcesses processes;
  EngineOptions options;
  std::unique_ptr<Engine> engine;
  Status last_step;
  Duration retry_after = std::chrono::seconds{5};  // after a step that failed
};

}  // namespace loop::sim
