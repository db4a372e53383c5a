// SPDX-License-Identifier: MIT
// A program of someone else: plans with the library, and fails when an answer is not the right one.
#include <cstdio>
#include <string>

#include "loop/base/version.h"
#include "loop/domain/schedule.h"
#include "loop/domain/slots.h"
#include "loop/engine/run_id.h"

int main() {
  const auto schedule = loop::parse_schedule(
      R"({"id": "1", "name": "hourly", "mode": "code", "scheduleType": "time", "timeInterval": "1",
          "timeUnit": "hour", "startDate": "2025-11-03", "startHour": "10", "startMinute": "00",
          "taskInstructions": "look", "active": true})");
  const auto now = loop::parse_instant("2025-11-03T11:15:00Z");
  if (!schedule || !now) return 1;

  const auto next = loop::forecast(*schedule, loop::Zone::utc(), *now, 1).next;
  if (next.size() != 1) return 2;

  const std::string run = loop::slot_run_id(schedule->id, next.front()).str();
  std::printf("loop %s: %s\n", std::string(loop::version()).c_str(), run.c_str());
  return run == "1@20251103T120000Z" ? 0 : 3;
}
