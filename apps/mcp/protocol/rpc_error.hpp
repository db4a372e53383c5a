// SPDX-License-Identifier: MIT
// Errors on the wire: each code of JSON-RPC and of the protocol's revisions, written once.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

namespace mcp {

enum class ErrorCode : int {
  parse_error = -32700,
  invalid_request = -32600,
  method_not_found = -32601,
  invalid_params = -32602,
  internal_error = -32603,
  resource_not_found = -32002,            // legacy only; modern: invalid_params with data.uri
  header_mismatch = -32020,               // modern, HTTP
  missing_client_capability = -32021,     // modern; data.requiredCapabilities
  unsupported_protocol_version = -32022,  // modern; data.supported, data.requested
};

struct RpcError {
  ErrorCode code = ErrorCode::internal_error;
  std::string message;
  std::optional<boost::json::value> data{};
};

boost::json::object to_json(const RpcError& error);

// What a request comes to.
using RpcOutcome = std::variant<boost::json::object, RpcError>;

}  // namespace mcp
