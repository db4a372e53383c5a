// SPDX-License-Identifier: MIT
// What one look at a workspace gives, and a schedule as JSON.
#pragma once

#include <vector>

#include <boost/json.hpp>

#include "loop/engine/history.h"
#include "loop/ops/schedule_view.h"
#include "invocation.hpp"

namespace loopctl {

using loop::is_escalated;
using loop::ScheduleView;

// What one look at a workspace gives. Creates nothing, changes nothing.
struct Overview {
  loop::EngineStatus engine;
  loop::History history;
  std::vector<ScheduleView> schedules;
};
loop::Result<Overview> look_at(front::Session& session, std::size_t slots_max);

boost::json::object to_json(const ScheduleView& view);

}  // namespace loopctl
