// SPDX-License-Identifier: MIT
// Trying on a user's own disk whether writers that are killed lose what they acknowledged.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "front/surroundings.hpp"
#include "loop/base/clock.h"
#include "loop/base/log.h"
#include "loop/base/process.h"
#include "loop/base/random.h"
#include "loop/store/file_system.h"

namespace loopctl {

struct TrialRequest {
  std::string directory;  // absolute; a folder of the trial's own is made in it, and removed
  loop::Duration length{};
};

struct TrialReport {
  std::string file_system;  // "ext4"
  bool is_network = false, is_memory = false;
  std::uint64_t kills = 0;
  std::uint64_t acknowledged_rows = 0, acknowledged_versions = 0;
  std::uint64_t lost_rows = 0, doubled_rows = 0, torn_rows = 0;
  std::uint64_t lost_versions = 0, torn_versions = 0;
  std::int64_t sync_us = 0;  // of a small append, the median

  bool is_sound() const {
    return lost_rows + doubled_rows + torn_rows + lost_versions + torn_versions == 0;
  }
};

struct TrialServices {
  const front::Surroundings& surroundings;
  loop::Clock& clock;
  loop::RandomSource& random;
  loop::ProcessLauncher& processes;
  loop::Log& log;
};

// Writers (`write_until_killed` in processes of their own) are killed by SIGKILL and started again
// for `length`; then what stands on the disk is compared with what they acknowledged.
loop::Result<TrialReport> try_durability(const TrialServices& services,
                                         const TrialRequest& request);

// One writer, in `directory`: starts a task and replaces a file of its own, durably, and prints a
// line after each, without end. Returns only when something fails.
loop::Status write_until_killed(const TrialServices& services, const std::string& directory,
                                const std::string& writer);

}  // namespace loopctl
