// SPDX-License-Identifier: MIT
// Starting tasks and asking for them.
#pragma once

#include <string>
#include <string_view>

#include "mcp/requirements/play.hpp"

namespace mcp::test {

inline constexpr std::string_view kTaskSource = "extension tasks";
// Members of tasks/update that answer the first question of a job that asks.
inline constexpr std::string_view kAnswerA =
    R"(,"inputResponses":{"a":{"action":"accept","content":{}}})";

// The client knows tasks from here on, and can be asked.
void declare_tasks(Play& play);
// Parameters of a call of the tool "job".
std::string job(std::string_view wish);
// Starts one, and gives the id of its task.
std::string start(Play& play, std::string_view wish);
boost::json::object ask_task(Play& play, std::string_view method, std::string_view id,
                             std::string_view rest = {});
boost::json::object state_of(Play& play, std::string_view id);
std::int64_t code_of(const boost::json::object& message);

}  // namespace mcp::test
