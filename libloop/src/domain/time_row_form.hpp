// SPDX-License-Identifier: MIT
// Rows in the form that this program writes, looked at where they stand.
#pragma once

#include <optional>
#include <string_view>

#include "domain/time_line_scan.hpp"

namespace loop {

// Times are UTC with milliseconds ("2026-11-01T06:28:04.939Z"), or empty where a row may lack them:
// in this form their bytes are in the order of time.
struct WrittenRow {
  std::string_view timestamp, mode, id, start, end;
};

inline constexpr std::size_t kWrittenTimeBytes = 24;

// Nothing when the row is in another form; it may be readable all the same.
std::optional<WrittenRow> written_row(const ScannedLine& line);

}  // namespace loop
