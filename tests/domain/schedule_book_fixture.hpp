// SPDX-License-Identifier: MIT
// A schedules file as Roo Scheduler writes it, and edits that must succeed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "loop/domain/schedule_book.h"

#include "support/catch.hpp"

namespace loop::test {

// Laid out as Roo Scheduler's file: JSON.stringify({schedules: [...]}, null, 2), no final newline.
inline constexpr std::string_view kRooFile = R"({
  "schedules": [
    {
      "id": "1761482303261",
      "name": "Loop 🔧",
      "mode": "architect",
      "taskInstructions": "# Guide\n\n- \"quoted\" → next",
      "scheduleType": "time",
      "timeInterval": "10",
      "timeUnit": "minute",
      "selectedDays": {
        "sun": true,
        "mon": true,
        "tue": true,
        "wed": true,
        "thu": true,
        "fri": true,
        "sat": true
      },
      "startDate": "",
      "active": true,
      "taskInteraction": "wait",
      "lastExecutionTime": "2025-11-01T06:28:04.939Z",
      "lastSkippedTime": "2025-11-01T06:49:00.983Z",
      "lastTaskId": "dc087996-78a6-4875-822a-6e875d7a8875",
      "nextExecutionTime": "2025-11-01T06:50:00.983Z",
      "modeDisplayName": "Architect"
    }
  ]
})";

inline const ScheduleId kId{"1761482303261"};

inline std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

inline ScheduleBook book_of(std::string_view text) {
  auto book = ScheduleBook::parse(std::string(text));
  if (!book) FAIL(book.error().message());
  return *std::move(book);
}

inline std::string change(std::string_view text, const ScheduleId& id,
                          const std::vector<FieldChange>& changes) {
  const auto changed = book_of(text).with_changes(id, changes);
  if (!changed) FAIL(changed.error().message());
  book_of(*changed);
  return *changed;
}

inline std::string with_new(std::string_view text, const std::vector<FieldChange>& fields) {
  const auto changed = book_of(text).with_new_schedule(fields);
  if (!changed) FAIL(changed.error().message());
  book_of(*changed);
  return *changed;
}

// The one schedule {"id": "1", ...} in the layout that most tests do not care about.
inline std::string file_with(std::string_view members) {
  return "{\n  \"schedules\": [\n    {\n      \"id\": \"1\"" + std::string(members) +
         "\n    }\n  ]\n}";
}

}  // namespace loop::test
