// SPDX-License-Identifier: MIT
// Reading JSON in which no object has a key twice: programs that look at a message before us could
// take the other one.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include <boost/json/value.hpp>

namespace mcp {

struct JsonFault {
  enum class Kind { syntax, repeated_key } kind = Kind::syntax;
  std::string message;
};

// One value and nothing behind it. Linear in the text.
std::variant<boost::json::value, JsonFault> read_json(std::string_view text, std::size_t depth_max);

}  // namespace mcp
