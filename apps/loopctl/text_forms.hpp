// SPDX-License-Identifier: MIT
// How values of files are shown: safe for a terminal, and valid in JSON.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

#include "loop/base/time.h"

namespace loopctl {

// One line without control characters, ill-formed bytes replaced; cut at `bytes_max`.
std::string shown(std::string_view text, std::size_t bytes_max = 400);
// The same for several lines: line breaks and tabs stay.
std::string shown_lines(std::string_view text);

// For JSON: any bytes become valid UTF-8.
std::string json_text(std::string_view text);
boost::json::value json_time(const std::optional<loop::Instant>& instant);
// "" becomes null.
boost::json::value json_text_or_null(std::string_view text);
boost::json::array json_texts(const std::vector<std::string>& texts);

// "2025-11-01 06:38:00Z (in 4 min)"; "-" for nothing.
std::string shown_time(const std::optional<loop::Instant>& instant, loop::Instant now);

// "$0.12"; four digits below a cent.
std::string shown_usd(std::int64_t micros);

}  // namespace loopctl
