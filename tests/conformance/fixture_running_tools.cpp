// SPDX-License-Identifier: MIT
// Tools that tell something while they run: logs, progress, changes of lists, and one whose client
// comes back for its answer.
#include <boost/json.hpp>

#include "conformance/fixture.hpp"
#include "conformance/fixture_values.hpp"

namespace mcp::conformance {

namespace json = boost::json;

namespace {

constexpr std::chrono::milliseconds kStep{50};
constexpr std::chrono::milliseconds kAway{1000};  // the client is to be gone for a while

Reply<ToolResult> log_steps(Call& call, const Effects& effects) {
  call.log(LogLevel::info, "fixture", "Tool execution started");
  effects.pause(call, kStep);
  call.log(LogLevel::info, "fixture", "Tool processing data");
  effects.pause(call, kStep);
  call.log(LogLevel::info, "fixture", "Tool execution completed");
  return text_result("Tool with logging executed successfully");
}

Reply<ToolResult> report_steps(Call& call, const Effects& effects) {
  call.report_progress(0, 100, {});
  effects.pause(call, kStep);
  call.report_progress(50, 100, {});
  effects.pause(call, kStep);
  call.report_progress(100, 100, {});
  return text_result("Tool with progress executed successfully");
}

Reply<ToolResult> answer_after_return(Call& call, const Effects& effects) {
  call.close_stream();
  effects.pause(call, kAway);
  return text_result("Reconnection test completed successfully");
}

}  // namespace

std::vector<Tool> running_tools(const Effects& effects) {
  return {
      simple_tool("test_tool_with_logging", "Logs three messages while it runs",
                  [effects](Call& call, const json::object&) { return log_steps(call, effects); }),
      simple_tool("test_logging_tool", "Logs for those who want it",
                  [effects](Call& call, const json::object&) { return log_steps(call, effects); }),
      simple_tool(
          "test_tool_with_progress", "Reports its progress",
          [effects](Call& call, const json::object&) { return report_steps(call, effects); }),
      simple_tool("test_reconnection",
                  "Closes the stream of its call and answers to whoever comes back",
                  [effects](Call& call, const json::object&) {
                    return answer_after_return(call, effects);
                  }),
      simple_tool("test_trigger_tool_change", "Tells that the list of tools changed",
                  [effects](Call&, const json::object&) -> Reply<ToolResult> {
                    effects.tools_changed();
                    return text_result("The list of tools changed");
                  }),
      simple_tool("test_trigger_prompt_change", "Tells that the list of prompts changed",
                  [effects](Call&, const json::object&) -> Reply<ToolResult> {
                    effects.prompts_changed();
                    return text_result("The list of prompts changed");
                  }),
  };
}

}  // namespace mcp::conformance
