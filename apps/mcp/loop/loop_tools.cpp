// SPDX-License-Identifier: MIT
// From the table of operations to the list of tools.
#include "loop_tools.hpp"

#include <algorithm>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "loop/base/text.h"
#include "loop/ops/operation.h"

namespace loop_mcp {

namespace json = boost::json;
using loop::Operation;

namespace {

mcp::ToolResult failure_result(const loop::Error& error) {
  const std::string text = json::serialize(loop::failure_answer(error));
  return {.content = {mcp::TextContent{text}}, .is_error = true};
}

// Only what differs from what a client assumes anyway.
mcp::ToolAnnotations annotations_of(const loop::OperationHints& hints) {
  mcp::ToolAnnotations annotations;
  if (hints.is_read_only) {
    annotations.read_only = true;
  } else {
    if (!hints.is_destructive) annotations.destructive = false;
    if (hints.is_idempotent) annotations.idempotent = true;
  }
  if (!hints.is_open_world) annotations.open_world = false;
  return annotations;
}

mcp::Tool tool_of(const Operation& operation, WorkspaceCalls& calls) {
  const loop::OperationInfo& info = operation.info();
  return {
      .name = std::string(info.name),
      .title = std::string(info.title),
      .description = std::string(info.meaning),
      .input_schema = input_schema(operation, loop::SchemaDetail::compact),
      .output_schema = output_schema(operation, loop::SchemaDetail::compact),
      .annotations = annotations_of(info.hints),
      .tasks = mcp::TaskUse::when_slow,
      .place = info.hints.is_quick ? mcp::WorkPlace::reader : mcp::WorkPlace::queue,
      .run = [&operation, &calls](mcp::Call& call,
                                  const json::object& arguments) -> mcp::Reply<mcp::ToolResult> {
        auto answer = calls.run(operation, call, arguments);
        if (!answer) return failure_result(answer.error());
        return tool_result(std::move(*answer));
      }};
}

// A delegation goes on as a process of its own, so it is its own task: no call waits for it.
void make_delegations_tasks(mcp::Tool& tool) {
  tool.tasks = mcp::TaskUse::none;
  tool.run = [run = tool.run](mcp::Call& call,
                              const json::object& arguments) -> mcp::Reply<mcp::ToolResult> {
    if (!call.capabilities().tasks) return run(call, arguments);
    json::object given = arguments;
    given.erase("wait_seconds");
    auto outcome = run(call, given);
    auto* result = std::get_if<mcp::ToolResult>(&outcome);
    if (result != nullptr && result->structured) {
      result->task_id = std::string(result->structured->at("task_id").as_string());
    }
    return outcome;
  };
}

loop::Result<std::vector<const Operation*>> chosen(const std::string& tools) {
  const auto all = loop::operations();
  std::vector<const Operation*> found;
  if (tools == "all" || tools == "core") {
    std::ranges::copy_if(all, std::back_inserter(found), [&](const Operation* operation) {
      return tools == "all" || operation->info().group != loop::OperationGroup::runs;
    });
    return found;
  }
  for (const std::string_view name : loop::split(tools, ',')) {
    LOOP_TRY(const Operation* operation, loop::require_operation(name));
    if (std::ranges::find(found, operation) == found.end()) found.push_back(operation);
  }
  return found;
}

}  // namespace

mcp::ToolResult tool_result(json::object answer) {
  return {.content = {mcp::TextContent{json::serialize(answer)}}, .structured = std::move(answer)};
}

loop::Result<std::vector<mcp::Tool>> make_tools(WorkspaceCalls& calls,
                                                const ToolSelection& selection) {
  auto operations = chosen(selection.tools);
  if (!operations) {
    return loop::Error(loop::Errc::invalid_argument, operations.error().message())
        .with_context("--tools");
  }
  std::vector<mcp::Tool> tools;
  for (const Operation* operation : *operations) {
    const bool is_offered =
        selection.access == Access::read_write || operation->info().hints.is_read_only;
    if (!is_offered) continue;
    tools.push_back(tool_of(*operation, calls));
    if (operation == loop::find_operation("delegate_task")) make_delegations_tasks(tools.back());
  }
  return tools;
}

}  // namespace loop_mcp
