// SPDX-License-Identifier: MIT
// What a modern client repeats of a request's body in its headers, so that proxies can route it;
// the two have to agree.
#pragma once

#include <optional>

#include <boost/beast/http/fields.hpp>
#include <boost/json/object.hpp>

#include "mcp/protocol/message.hpp"
#include "mcp/server/features.hpp"

namespace mcp {

// MCP-Protocol-Version, Mcp-Method and, where the method has one, Mcp-Name. -32020 names the
// header.
std::optional<RpcError> check_mirrored_headers(const boost::beast::http::fields& head,
                                               const Request& request);

// Mcp-Param-*, which a tool's input schema asks for by "x-mcp-header" at a property.
std::optional<RpcError> check_param_headers(const boost::beast::http::fields& head,
                                            const Tool& tool, const boost::json::object& arguments);

// A header's value: as it is, or decoded when it is "=?base64?...?=". Nothing for bytes that no
// header holds and for bad base64.
std::optional<std::string> decode_header(std::string_view value);

}  // namespace mcp
