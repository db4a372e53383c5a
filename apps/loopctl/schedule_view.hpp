// SPDX-License-Identifier: MIT
// A schedule as people look at it: its state, its next slots, its last run.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <boost/json.hpp>

#include "loop/domain/schedule_book.h"
#include "loop/domain/zone.h"
#include "loop/engine/history.h"
#include "session.hpp"

namespace loopctl {

struct ScheduleView {
  const loop::Schedule* schedule = nullptr;
  loop::ScheduleHistory past;
  std::string status;  // active, inactive, paused, escalated, invalid, expired, running, waiting
  std::string reason;  // of invalid, paused and the like; may be empty
  std::vector<loop::Instant> next;
  std::optional<loop::Instant> last;  // start of the last run, ours or another program's
};

// What one look at a workspace gives. Creates nothing, changes nothing.
struct Overview {
  loop::EngineStatus engine;
  loop::History history;
  std::vector<ScheduleView> schedules;
};
loop::Result<Overview> look_at(Session& session, std::size_t slots_max);

bool is_escalated(const loop::ScheduleHistory& past);

boost::json::object to_json(const ScheduleView& view);

}  // namespace loopctl
