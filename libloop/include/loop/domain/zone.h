// SPDX-License-Identifier: MIT
// A time zone by its IANA name, and the two directions between local and universal time.
#pragma once

#include <string>
#include <string_view>

#include "loop/base/time.h"

namespace loop {

// A wall-clock time without a zone, in milliseconds since 1970-01-01T00:00 local.
using LocalTime = std::chrono::local_time<Duration>;
using LocalDay = std::chrono::local_days;

// Cheap to copy; backed by the system's zoneinfo, UTC without it. Thread-safe. For instants of the
// years 1 to 9999; the rule of a zone's last listed year (2037) holds for the years behind it.
class Zone {
 public:
  // "Europe/Warsaw", "Etc/UTC", "UTC". On invalid_argument the message names the zone and suggests
  // the nearest known one.
  static Result<Zone> find(std::string_view name);
  static Zone utc();

  const std::string& name() const;

  LocalTime to_local(Instant instant) const;

  // The rule "compatible": in a gap with the offset before it (02:30 becomes 03:30), in an overlap
  // the first of the two.
  Instant to_instant(LocalTime local) const;

  // Whether `local` exists twice (autumn) and so names two instants, and the second of them.
  struct Overlap {
    bool is_double = false;
    Instant second{};
  };
  Overlap overlap_at(LocalTime local) const;

 private:
  explicit Zone(const void* rep) : rep_(rep) {}
  const void* rep_;  // the library's zone, which lives as long as the program; none for UTC
};

}  // namespace loop
