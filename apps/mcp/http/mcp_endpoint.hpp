// SPDX-License-Identifier: MIT
// Streamable HTTP: one URL for the revisions with sessions, the requests outside of sessions, and
// the revision without.
#pragma once

#include "mcp/http/http_core.hpp"
#include "mcp/http/plan.hpp"

namespace mcp {

Plan post_message(HttpCore& core, const HttpRequest& request);
// A session's own stream, or one that the client comes back to.
Plan open_session_stream(HttpCore& core, const HttpRequest& request);
Plan end_session(HttpCore& core, const HttpRequest& request);

}  // namespace mcp
