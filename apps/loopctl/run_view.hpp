// SPDX-License-Identifier: MIT
// A run as people and JSON see it.
#pragma once

#include <boost/json.hpp>

#include "loop/engine/history.h"
#include "output.hpp"

namespace loopctl {

// "running", or how it ended.
std::string state_of(const loop::RunSummary& run);
Tone tone_of(const loop::RunSummary& run);
boost::json::object to_json(const loop::RunSummary& run);

// Live runs and finished ones, the newest first.
std::vector<const loop::RunSummary*> newest_runs(const loop::History& history);

}  // namespace loopctl
