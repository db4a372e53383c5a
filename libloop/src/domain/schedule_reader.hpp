// SPDX-License-Identifier: MIT
// Looking up fields of a schedule by their key in either style, with complaints that name them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "domain/schedule_codec.hpp"

namespace loop {

class ScheduleReader {
 public:
  ScheduleReader(const RawObject& fields, Schedule& schedule) : fields_(fields), schedule_(schedule) {}

  // The last field of that camelCase key, else of its snake_case twin; null counts as absent.
  const RawField* find(std::string_view key) const;
  // The text of a string, or the spelling of a number; empty when absent or of another type.
  std::string text(std::string_view key) const;
  // Only a literal false (or true) counts; anything else is the fallback.
  bool flag(std::string_view key, bool fallback) const;
  // An RFC 3339 time; nothing when absent or unreadable.
  std::optional<Instant> time(std::string_view key) const;

  // The first complaint stands: "field: what was given; what is allowed".
  void refuse(std::string message);
  void warn(std::string message) { schedule_.warnings.push_back(std::move(message)); }

 private:
  const RawObject& fields_;
  Schedule& schedule_;
};

// The whole number at the start of the text, as parseInt reads it: "10abc" is 10, "x" is nothing.
std::optional<std::int64_t> leading_integer(std::string_view text);

// Fills `schedule.loop` (and timing.timezone, timing.cron) from the JSON text of the object "loop".
void decode_loop_options(std::string_view json, ScheduleReader& reader, Schedule& schedule);

}  // namespace loop
