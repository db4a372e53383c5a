// SPDX-License-Identifier: MIT
// The table of what may be set in a schedule: checks, options of the command line and docs come
// from it.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace loop {

enum class FieldType {
  text,        // any text; may have several lines
  line,        // text on one line
  slug,        // of a mode
  choice,      // one of the words in `allowed`
  flag,        // true or false
  count,       // a whole number from `min` to `max`
  two_digits,  // a whole number from `min` to `max`, written with two digits; may be empty
  date,        // YYYY-MM-DD; may be empty
  days,        // names of days; stored as an object of booleans
  duration,    // "90s", "24h"; stored as it is spelled
  seconds,     // the same from `min` to `max` seconds; stored as a number of seconds
  zone,        // the name of a time zone
  cron,        // a cron expression
  path,        // of a directory inside the workspace
  words,       // a list of texts, separated by commas; stored as an array
  stages,      // the same, of workflow stages
  variables,   // NAME=VALUE, one a line; stored as an object
};

std::string_view to_string(FieldType type) noexcept;

struct ScheduleFieldInfo {
  std::string_view key;     // "timeInterval", "loop.timezone"
  std::string_view option;  // on the command line, without dashes: "interval"
  FieldType type = FieldType::text;
  std::string_view allowed;  // for people; of a choice exactly its words, separated by ", "
  std::string_view default_value = {};  // what holds when it is not given; empty: none
  std::string_view meaning;
  bool is_required = false;  // cannot be blank and cannot be removed
  std::int64_t min = 0;
  std::int64_t max = 0;
};

// In the order in which a new schedule has them.
std::span<const ScheduleFieldInfo> schedule_fields();

// By key, in either case style; nullptr when there is none.
const ScheduleFieldInfo* find_schedule_field(std::string_view key);

}  // namespace loop
