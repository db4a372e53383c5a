// SPDX-License-Identifier: MIT
// Tools that go on as tasks: slow ones, failing ones, and ones that ask meanwhile.
#include <boost/json.hpp>
#include <fmt/format.h>

#include "conformance/fixture.hpp"
#include "conformance/fixture_values.hpp"

namespace mcp::conformance {

namespace json = boost::json;

namespace {

constexpr std::chrono::milliseconds kFailingTime{1000};

Tool tool(std::string name, std::string description, TaskUse tasks, json::object schema, Run run) {
  return {.name = std::move(name),
          .description = std::move(description),
          .input_schema = std::move(schema),
          .tasks = tasks,
          .run = std::move(run)};
}

Reply<ToolResult> greet(Call&, const json::object& arguments) {
  return text_result("Hello, " + text_argument(arguments, "name") + "!");
}

json::object compute_schema() {
  return {{"type", "object"},
          {"properties",
           {{"seconds", {{"type", "integer"}, {"minimum", 0}}}, {"label", {{"type", "string"}}}}},
          {"required", {"seconds"}}};
}

// Without waiting it answers at once; otherwise as a task, where the client knows tasks.
Reply<ToolResult> compute(Call& call, const json::object& arguments, const Effects& effects) {
  const json::value* given = arguments.if_contains("seconds");
  if (given == nullptr || !given->is_int64() || given->get_int64() < 0) {
    return ToolResult{.content = {TextContent{"seconds has to be a whole number from 0"}},
                      .is_error = true};
  }
  const std::chrono::seconds seconds{given->get_int64()};
  if (seconds.count() > 0) {
    call.continue_as_task();
    effects.pause(call, seconds);
  }
  return text_result(
      fmt::format("Computed {} for {} s", text_argument(arguments, "label"), seconds.count()));
}

Reply<ToolResult> fail(Call& call, const json::object&, const Effects& effects) {
  effects.pause(call, kFailingTime);
  return ToolResult{.content = {TextContent{"The job failed"}}, .is_error = true};
}

Reply<ToolResult> break_off(Call& call, const json::object&) {
  call.continue_as_task();
  return RpcError{ErrorCode::internal_error, "The job broke off"};
}

Reply<ToolResult> confirm_delete(Call& call, const json::object& arguments) {
  call.continue_as_task();
  const std::string file = text_argument(arguments, "filename");
  const json::object* answer = call.answer("confirm");
  if (answer == nullptr) {
    return InputRequired{{{"confirm", ask_field("Delete " + file + "?", "confirm", "boolean")}}};
  }
  const bool is_confirmed = field_of(*answer, "confirm") == "true";
  return text_result((is_confirmed ? "Deleted " : "Kept ") + file);
}

Reply<ToolResult> ask_two(Call& call, const json::object&) {
  call.continue_as_task();
  const json::object* first = call.answer("first");
  const json::object* second = call.answer("second");
  if (first == nullptr || second == nullptr) {
    return InputRequired{{{"first", ask_field("The first name?", "name", "string")},
                          {"second", ask_field("The second name?", "name", "string")}}};
  }
  return text_result(field_of(*first, "name") + " and " + field_of(*second, "name"));
}

// Asks as a request, and works as a task.
Reply<ToolResult> ask_then_work(Call& call, const json::object&) {
  const json::object* answer = call.answer("user_name");
  if (answer == nullptr) {
    return InputRequired{{{"user_name", ask_field("What is your name?", "name", "string")}}};
  }
  call.continue_as_task();
  return text_result("Hello, " + field_of(*answer, "name") + "!");
}

}  // namespace

std::vector<Tool> task_tools(const Effects& effects) {
  const auto with_effects = [effects](auto run) {
    return [effects, run](Call& call, const json::object& arguments) {
      return run(call, arguments, effects);
    };
  };
  return {
      tool("greet", "Greets at once", TaskUse::none, schema_of({"name"}), greet),
      tool("slow_compute", "Takes as many seconds as it is told", TaskUse::when_slow,
           compute_schema(), with_effects(compute)),
      tool("failing_job", "Fails after a second; always a task", TaskUse::always, schema_of(),
           with_effects(fail)),
      tool("protocol_error_job", "Ends with an error of the protocol", TaskUse::when_slow,
           schema_of(), break_off),
      tool("confirm_delete", "Asks before it deletes nothing", TaskUse::when_slow,
           schema_of({"filename"}), confirm_delete),
      tool("multi_input", "Asks two things at once", TaskUse::when_slow, schema_of(), ask_two),
      tool("test_tool_with_task", "Asks, then works as a task", TaskUse::when_slow, schema_of(),
           ask_then_work),
  };
}

}  // namespace mcp::conformance
