// SPDX-License-Identifier: MIT
// The methods of the extension for tasks.
#pragma once

#include <boost/json/object.hpp>

#include "mcp/server/features.hpp"
#include "mcp/server/server.hpp"

namespace mcp {

// -32021: the client has not declared the extension.
RpcError needs_tasks();

Reply<boost::json::object> get_task(Server& server, Call& call, const boost::json::object& params);
Reply<boost::json::object> update_task(Server& server, Call& call,
                                       const boost::json::object& params);
Reply<boost::json::object> cancel_task(Server& server, Call& call,
                                       const boost::json::object& params);

}  // namespace mcp
