// SPDX-License-Identifier: MIT
// Asking for a task, answering its questions, cancelling it.
#include "mcp/server/task_methods.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include "loop/base/text.h"
#include "mcp/protocol/methods.hpp"
#include "mcp/server/feature_json.hpp"
#include "mcp/server/params.hpp"
#include "mcp/server/task_table.hpp"

namespace mcp {

namespace json = boost::json;

RpcError needs_tasks() {
  return {ErrorCode::missing_client_capability,
          fmt::format("this needs the extension {}", extension::kTasks),
          json::object{
              {"requiredCapabilities", {{"extensions", {{extension::kTasks, json::object()}}}}}}};
}

using Answer = Reply<json::object>;

namespace {

// The task that `params.taskId` names, for a client that knows tasks.
std::variant<TaskState, RpcError> named_task(Server& server, const Call& call,
                                             const json::object& params) {
  if (!call.capabilities().tasks) return needs_tasks();
  const auto id = text_param(params, "taskId");
  if (const auto* error = std::get_if<RpcError>(&id)) return *error;
  auto task = server.find_task(std::get<std::string>(id));
  if (!task) {
    return invalid_params(fmt::format("there is no task {}", quoted(std::get<std::string>(id))));
  }
  return std::move(*task);
}

}  // namespace

Answer get_task(Server& server, Call& call, const json::object& params) {
  const auto task = named_task(server, call, params);
  if (const auto* error = std::get_if<RpcError>(&task)) return *error;
  return detailed_task_json(std::get<TaskState>(task));
}

Answer update_task(Server& server, Call& call, const json::object& params) {
  const auto task = named_task(server, call, params);
  if (const auto* error = std::get_if<RpcError>(&task)) return *error;
  const json::value* responses = params.if_contains("inputResponses");
  if (responses == nullptr || !responses->is_object()) {
    return invalid_params("params.inputResponses is no object");
  }
  InputAnswers answers;
  for (const auto& member : responses->get_object()) {
    if (!member.value().is_object()) {
      return invalid_params(fmt::format("params.inputResponses.{} is no object",
                                        loop::to_single_line(std::string(member.key()))));
    }
    answers[std::string(member.key())] = member.value().get_object();
  }
  server.tasks().take_answers(std::get<TaskState>(task).id, std::move(answers));
  return json::object();
}

Answer cancel_task(Server& server, Call& call, const json::object& params) {
  const auto task = named_task(server, call, params);
  if (const auto* error = std::get_if<RpcError>(&task)) return *error;
  server.cancel_task(std::get<TaskState>(task).id);
  return json::object();
}

}  // namespace mcp
