// SPDX-License-Identifier: MIT
// One row of task_timing.tsv: understood as far as possible, and written in one form only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "loop/domain/time_ledger.h"

namespace loop {

inline constexpr std::size_t kTimeRowBytesMax = 64 * 1024;

// What a line is: a row, a reason why it cannot be read, or nothing (blank, or the header).
struct NoTimeRow {};
using TimeLine = std::variant<NoTimeRow, TimeRow, std::string>;

// Of an ending "\r\n" the part that is left when lines are cut at "\n".
std::string_view without_return(std::string_view line);

// `line` without its ending. TimeRow::line is left to the caller.
TimeLine read_time_line(std::string_view line);

// Whether a last line without newline is a whole row (or the header) and not the beginning of one:
// nine columns, of which the last is a priority, or empty behind a result as old writers left it.
bool is_whole_time_row(std::string_view line);

// Whole seconds from start to end, rounded down; nothing when it ended before it began.
std::optional<std::int64_t> seconds_between(const std::optional<Instant>& start,
                                            const std::optional<Instant>& end);

// One line of valid UTF-8 without tabs, cut at kTimeFieldBytesMax: what a text column holds.
std::string time_field_text(std::string_view text);

// The nine columns and the newline.
std::string format_time_row(const TimeRow& row);

}  // namespace loop
