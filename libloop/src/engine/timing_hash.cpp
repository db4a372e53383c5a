// SPDX-License-Identifier: MIT
// The fingerprint of a timing.
#include "engine/timing_hash.hpp"

#include <fmt/format.h>

#include "loop/base/sha256.h"

namespace loop {

std::string timing_hash(const Schedule& schedule) {
  const Timing& timing = schedule.timing;
  std::string text = fmt::format("{}|{}:{}|", to_string(timing.kind), timing.day_begin_hour,
                                 timing.day_begin_minute);
  if (timing.interval) {
    fmt::format_to(std::back_inserter(text), "{} {}|", timing.interval->count,
                   to_string(timing.interval->unit));
  }
  if (timing.cron) text += timing.cron->text();
  text += '|';
  for (const bool day : timing.days) text += day ? '1' : '0';
  if (timing.start)
    fmt::format_to(std::back_inserter(text), "|s{}", timing.start->time_since_epoch().count());
  if (timing.expiration) {
    fmt::format_to(std::back_inserter(text), "|e{}", timing.expiration->time_since_epoch().count());
  }
  text += "|" + timing.timezone;
  for (const ScheduleId& id : schedule.loop.after) text += "|" + id.str();
  return sha256_hex(text).substr(0, 16);
}

}  // namespace loop
