// SPDX-License-Identifier: MIT
// Reading the parameters of a request; the errors name the parameter.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <variant>

#include <boost/json/object.hpp>

#include "mcp/protocol/rpc_error.hpp"

namespace mcp {

// -32602.
RpcError invalid_params(std::string message);

// A client's text for a message: one line, in quotes, cut when long.
std::string quoted(std::string_view text);

std::variant<std::string, RpcError> text_param(const boost::json::object& params,
                                               std::string_view name);

// Empty when it is absent.
std::variant<std::map<std::string, std::string>, RpcError> text_map(
    const boost::json::object& params, std::string_view name);

}  // namespace mcp
