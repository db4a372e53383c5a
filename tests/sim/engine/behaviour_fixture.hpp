// SPDX-License-Identifier: MIT
// The schedule Q of the behaviour cases: every 10 minutes, all days, wait, last start 06:28:04.939.
#pragma once

#include <map>
#include <string>

#include "sim/engine/world.hpp"

namespace loop::sim {

// Fields as JSON texts, in Roo Scheduler's order; `extra` replaces or adds.
std::string schedule_json(const std::map<std::string, std::string>& extra = {});

// A world in which an engine first saw the schedules at `seen` and was killed at once, so that its
// next one knows them.
std::unique_ptr<World> world_that_knows(const std::vector<std::string>& schedules,
                                        std::string_view seen, Config config = {},
                                        const std::string& zone = "Etc/UTC");

std::vector<std::string> slots_of(const std::vector<JournalEntry>& entries);  // "06:38"

}  // namespace loop::sim
