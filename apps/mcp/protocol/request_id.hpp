// SPDX-License-Identifier: MIT
// The id of a JSON-RPC request: a string or a whole number, echoed in the type in which it came.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include <boost/json/value.hpp>

namespace mcp {

class RequestId {
 public:
  explicit RequestId(std::int64_t number) : value_(number) {}
  explicit RequestId(std::string text) : value_(std::move(text)) {}

  // Nothing for null, fractions, other types, and numbers that no 64-bit integer holds.
  static std::optional<RequestId> from_json(const boost::json::value& value);
  boost::json::value to_json() const;

  friend bool operator==(const RequestId&, const RequestId&) = default;
  friend auto operator<=>(const RequestId&, const RequestId&) = default;

 private:
  std::variant<std::int64_t, std::string> value_;
};

// A progress token has the same two forms.
using ProgressToken = RequestId;

}  // namespace mcp
