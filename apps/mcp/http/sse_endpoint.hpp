// SPDX-License-Identifier: MIT
// HTTP with SSE, the transport of 2024-11-05: one stream for everything that the server says, and
// an address for everything that the client says.
#pragma once

#include "mcp/http/http_core.hpp"
#include "mcp/http/plan.hpp"

namespace mcp {

inline constexpr std::string_view kMessagesPath = "/messages";

Plan open_sse(HttpCore& core, const HttpRequest& request);
Plan post_sse_message(HttpCore& core, const HttpRequest& request);

}  // namespace mcp
