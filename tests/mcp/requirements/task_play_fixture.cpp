// SPDX-License-Identifier: MIT
// Starting tasks and asking for them.
#include "mcp/requirements/task_play.hpp"

#include <fmt/format.h>

namespace mcp::test {

namespace json = boost::json;

void declare_tasks(Play& play) {
  play.declare(R"({"elicitation":{},"extensions":{"io.modelcontextprotocol/tasks":{}}})");
}

std::string job(std::string_view wish) {
  return fmt::format(R"("name":"job","arguments":{{"do":"{}"}})", wish);
}

std::string start(Play& play, std::string_view wish) {
  declare_tasks(play);
  const auto created = play.result("tools/call", job(wish));
  REQUIRE(created.at("resultType") == "task");
  return std::string(created.at("taskId").as_string());
}

json::object ask_task(Play& play, std::string_view method, std::string_view id,
                      std::string_view rest) {
  return play.talk.ask_wrong(play.line(method, fmt::format(R"("taskId":"{}"{})", id, rest)));
}

json::object state_of(Play& play, std::string_view id) {
  return ask_task(play, "tasks/get", id).at("result").as_object();
}

std::int64_t code_of(const json::object& message) {
  return message.at("error").at("code").as_int64();
}

}  // namespace mcp::test
