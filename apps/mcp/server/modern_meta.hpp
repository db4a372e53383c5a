// SPDX-License-Identifier: MIT
// What a request of the modern era says of itself, in `params._meta`.
#pragma once

#include <optional>
#include <variant>

#include <boost/json/object.hpp>

#include "mcp/protocol/request_id.hpp"
#include "mcp/protocol/rpc_error.hpp"
#include "mcp/server/call.hpp"

namespace mcp {

struct ModernMeta {
  ClientCapabilities capabilities;
  std::optional<LogLevel> log_level;
  std::optional<ProgressToken> progress_token;
};

// It names its protocol version: so it is of the modern era, whatever came before.
bool says_modern(const boost::json::object& params);

// Of a request that says it is modern. invalid_params names the key that is missing or wrong;
// unsupported_protocol_version lists those that are served.
std::variant<ModernMeta, RpcError> read_modern_meta(const boost::json::object& params);

}  // namespace mcp
