// SPDX-License-Identifier: MIT
// Looking up the fields of a schedule, with complaints that name field, value and what is allowed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "domain/schedule_codec.hpp"

namespace loop {

class ScheduleReader {
 public:
  ScheduleReader(const RawObject& fields, Schedule& schedule)
      : fields_(fields), schedule_(schedule) {}

  // The field of that camelCase key, else of its snake_case twin; null counts as absent.
  const RawField* find(std::string_view key) const;

  // The text of a string, or the spelling of a number; empty when absent, and, with a warning, when
  // it is of another type.
  std::string_view text(std::string_view key);

  // Only a literal true or false counts; anything else is the fallback, with a warning.
  bool flag(std::string_view key, bool fallback);

  // An RFC 3339 time; nothing when absent or, with a warning, unreadable.
  std::optional<Instant> time(std::string_view key);

  // The value for a message: "\"x\"", "true", "missing".
  std::string shown(std::string_view key) const;

  // The schedule is invalid. The first complaint stands.
  void refuse(std::string message);
  void warn(std::string message) { schedule_.warnings.push_back(std::move(message)); }

 private:
  const RawObject& fields_;
  Schedule& schedule_;
};

// A value for a message, on one line and not too long.
std::string show_field(const RawField& field);

// The whole number at the beginning of a string, as parseInt reads it ("10abc" is 10), or a number
// without its fraction ("1e1" is 10). Nothing when there is none, or it does not fit.
std::optional<std::int64_t> leading_integer(const RawField& field);

// Fills `schedule.loop`, and timezone and cron in `schedule.timing`, from the object "loop".
void decode_loop_options(const RawField& extension, ScheduleReader& reader, Schedule& schedule);

}  // namespace loop
