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

mcp::ToolResult result_of(json::object answer, bool is_error) {
  mcp::ToolResult result{.content = {mcp::TextContent{json::serialize(answer)}},
                         .is_error = is_error};
  if (!is_error) result.structured = std::move(answer);
  return result;
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
      .run = [&operation, &calls](mcp::Call& call,
                                  const json::object& arguments) -> mcp::Reply<mcp::ToolResult> {
        auto answer = calls.run(operation, call, arguments);
        if (answer) return result_of(std::move(*answer), false);
        return result_of(loop::failure_answer(answer.error()), true);
      }};
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
    if (is_offered) tools.push_back(tool_of(*operation, calls));
  }
  return tools;
}

}  // namespace loop_mcp
