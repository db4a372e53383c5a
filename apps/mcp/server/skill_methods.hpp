// SPDX-License-Identifier: MIT
// The methods of the extension for skills.
#pragma once

#include <boost/json/object.hpp>

#include "mcp/server/features.hpp"
#include "mcp/server/server.hpp"

namespace mcp {

// Since this revision servers can tell of the extension.
inline constexpr Revision kSkillsSince = Revision::v2025_11_25;

Reply<boost::json::object> list_skills(Server& server, Call& call,
                                       const boost::json::object& params);
Reply<boost::json::object> get_skill(Server& server, Call& call, const boost::json::object& params);
Reply<boost::json::object> read_directory(Server& server, Call& call,
                                          const boost::json::object& params);

}  // namespace mcp
