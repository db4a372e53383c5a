// SPDX-License-Identifier: MIT
// Thirty virtual days of a small workspace in which everything goes wrong, all of it from one seed.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "sim/engine/world.hpp"

namespace loop::sim {

// What happened in a month; for counting, and to see that what should happen does.
struct MonthEvents {
  std::size_t claimed = 0;
  std::size_t excused = 0;  // slots with a recorded reason
  std::size_t engine_kills = 0;
  std::size_t power_cuts = 0;
  std::size_t clock_jumps = 0;
  std::size_t pauses = 0;
  std::size_t full_disks = 0;
  std::size_t bad_agents = 0;  // that died, hung, lied or damaged files

  MonthEvents& operator+=(const MonthEvents& other);
};

// Runs the month of a seed: 28 days with disturbances, and two without, in which all has to come
// right by itself.
class Month {
 public:
  explicit Month(std::uint64_t seed);
  ~Month();

  void run();

  // What is wrong with the journal and the workspace; empty when every slot was claimed once or has
  // one recorded reason, no agent was let go twice, and nothing hangs.
  std::string complaint() const;
  const MonthEvents& events() const { return events_; }
  const World& world() const { return *world_; }

 private:
  AgentScript next_agent();
  void disturb();
  void fill_disk();
  void repair_schedules();

  SimRandom fate_;
  std::vector<std::string> schedules_;
  MonthEvents events_;
  bool is_quiet_ = false;
  std::unique_ptr<World> world_;
};

}  // namespace loop::sim
