// SPDX-License-Identifier: MIT
// Tools that ask in rounds: with a state of their own, several things at once, one after the other,
// or only what the client can be asked.
#include <boost/json.hpp>

#include "conformance/fixture.hpp"
#include "conformance/fixture_values.hpp"

namespace mcp::conformance {

namespace json = boost::json;

namespace {

constexpr const char* kState = "asked";

// Confirmed, and by whom it was asked.
Reply<ToolResult> confirm(Call& call, const json::object&) {
  const json::object* answer = call.answer("confirm");
  if (answer == nullptr) {
    return InputRequired{{{"confirm", ask_field("Please confirm", "ok", "boolean")}}, kState};
  }
  const bool is_known = call.state() == kState;
  return text_result((is_known ? "state-ok: ok=" : "no state: ok=") + field_of(*answer, "ok"));
}

Reply<ToolResult> ask_several(Call& call, const json::object&) {
  InputRequired needed{
      .requests = {{"user_name", ask_field("What is your name?", "name", "string")},
                   {"greeting", ask_model("Generate a greeting", 50)},
                   {"client_roots", ask_roots()}}};
  for (const auto& [key, question] : needed.requests) {
    if (call.answer(key) == nullptr) return needed;
  }
  return text_result(sampled_text(*call.answer("greeting")) + " " +
                     field_of(*call.answer("user_name"), "name") +
                     ", roots: " + json::serialize(call.answer("client_roots")->at("roots")));
}

Reply<ToolResult> ask_in_steps(Call& call, const json::object&) {
  const json::object* name = call.answer("step1");
  if (name == nullptr) {
    return InputRequired{{{"step1", ask_field("Step 1: What is your name?", "name", "string")}},
                         "after step 1"};
  }
  const json::object* color = call.answer("step2");
  if (color == nullptr) {
    return InputRequired{
        {{"step2", ask_field("Step 2: What is your favorite color?", "color", "string")}},
        "after step 2"};
  }
  return text_result(field_of(*name, "name") + " likes " + field_of(*color, "color"));
}

Reply<ToolResult> ask_what_is_possible(Call& call, const json::object&) {
  const ClientCapabilities& client = call.capabilities();
  InputRequired needed;
  if (client.sampling) needed.requests["sample"] = ask_model("Say something", 50);
  if (client.elicitation_form) {
    needed.requests["user_name"] = ask_field("What is your name?", "name", "string");
  }
  if (client.roots) needed.requests["client_roots"] = ask_roots();
  std::string answered;
  for (const auto& [key, question] : needed.requests) {
    if (call.answer(key) == nullptr) return needed;
    answered += " " + key;
  }
  return text_result("Answered:" + answered);
}

}  // namespace

std::vector<Tool> round_tools() {
  return {
      simple_tool("test_input_required_result_request_state", "Asks, and knows its state again",
                  confirm),
      simple_tool("test_input_required_result_tampered_state", "Asks, and takes its own state only",
                  confirm),
      simple_tool("test_input_required_result_multiple_inputs",
                  "Asks user, model and roots at once", ask_several),
      simple_tool("test_input_required_result_multi_round", "Asks in two steps", ask_in_steps),
      simple_tool("test_input_required_result_capabilities", "Asks what the client can be asked",
                  ask_what_is_possible),
  };
}

}  // namespace mcp::conformance
