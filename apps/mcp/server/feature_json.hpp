// SPDX-License-Identifier: MIT
// Tools, prompts, templates and results as each revision knows them.
#pragma once

#include <boost/json/object.hpp>

#include "mcp/protocol/revision.hpp"
#include "mcp/server/features.hpp"

namespace mcp {

boost::json::object to_json(const Implementation& implementation, Revision revision);
boost::json::object to_json(const Tool& tool, Revision revision);
boost::json::object to_json(const ToolResult& result, Revision revision);
boost::json::object to_json(const ResourceTemplate& resource, Revision revision);
boost::json::object to_json(const Prompt& prompt, Revision revision);
boost::json::object to_json(const PromptResult& result, Revision revision);
boost::json::object to_json(const Completion& completion);
// What the server can do, as `initialize` and `server/discover` say it.
boost::json::object capabilities_json(const ServerDefinition& definition, Revision revision);

}  // namespace mcp
