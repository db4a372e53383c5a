// SPDX-License-Identifier: MIT
// Lines of output as JSON objects, and the count of those that are none.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "line_splitter.hpp"
#include "loop/agents/outcome.h"

namespace loop {

// What every dialect reads with. Nothing for a line that is no JSON object: a cut one, garbage (a
// log line of a library, half a line of a killed agent); both are counted in `outcome`. A bare NaN
// or Infinity, which is no JSON but comes out of some programs, is read as null and counted as a
// refused figure: the event around it may be the one that says how the run ended.
std::optional<boost::json::object> read_json_line(const OutputLine& line, AgentOutcome& outcome);

// The string at `key`; empty when it is absent or of another type.
std::string_view text_at(const boost::json::object& object, std::string_view key);
// The object at `key`, or nothing.
const boost::json::object* object_at(const boost::json::object& object, std::string_view key);
const boost::json::array* array_at(const boost::json::object& object, std::string_view key);
bool flag_at(const boost::json::object& object, std::string_view key);
// A whole number at `key`, also when it is written 429.0; nothing otherwise.
std::optional<std::int64_t> integer_at(const boost::json::object& object, std::string_view key);

// A value in one short line, for people.
std::string brief(const boost::json::value& value);

}  // namespace loop
