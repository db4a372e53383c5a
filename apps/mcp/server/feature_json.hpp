// SPDX-License-Identifier: MIT
// Tools, prompts, templates and results as each revision knows them.
#pragma once

#include <boost/json/object.hpp>

#include "mcp/protocol/revision.hpp"
#include "mcp/server/features.hpp"
#include "mcp/server/server.hpp"

namespace mcp {

boost::json::object to_json(const Implementation& implementation, Revision revision);
boost::json::object to_json(const Tool& tool, Revision revision);
boost::json::object to_json(const ToolResult& result, Revision revision);
boost::json::object to_json(const ResourceTemplate& resource, Revision revision);
boost::json::object to_json(const Prompt& prompt, Revision revision);
boost::json::object to_json(const PromptResult& result, Revision revision);
boost::json::object to_json(const Completion& completion);
// A task as the answer of its call, and with its outcome or questions.
boost::json::object created_task_json(const TaskState& task);
boost::json::object detailed_task_json(const TaskState& task);
// Questions to the client, by their keys.
boost::json::object to_json(const std::map<std::string, InputRequest>& questions);
// What the server can do, as `initialize` and `server/discover` say it.
boost::json::object capabilities_json(const Server& server, Revision revision);

}  // namespace mcp
