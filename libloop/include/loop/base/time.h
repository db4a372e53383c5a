// SPDX-License-Identifier: MIT
// Instants and durations in milliseconds, and their text forms.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "loop/base/result.h"

namespace loop {

using Duration = std::chrono::milliseconds;
// A point in UTC, in milliseconds since 1970, no leap seconds.
using Instant = std::chrono::sys_time<Duration>;

// "2025-11-01T06:38:00.000Z": always UTC, always three digits, as JavaScript's toISOString.
std::string format_instant(Instant instant);

// "20251101T063800Z": the slot part of a run id. Whole seconds.
std::string format_compact(Instant instant);

// RFC 3339 with 0 to 9 fraction digits (cut to milliseconds), `Z` or an offset; `T` or a space.
// A time without offset is taken as UTC. Years 0001 to 9999, real dates only.
std::optional<Instant> parse_instant(std::string_view text);

std::optional<Instant> parse_compact(std::string_view text);

// "90s", "10m", "24h", "7d", "500ms", "1h30m"; a bare number is seconds. Not negative, at most
// 3650 days. On failure the message names the text and the allowed units.
Result<Duration> parse_duration(std::string_view text);

// "1h 05m", "12.3s", "350ms": for people.
std::string format_duration(Duration duration);

// The whole minute at or before the instant.
Instant floor_minute(Instant instant);

}  // namespace loop
