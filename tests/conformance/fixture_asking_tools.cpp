// SPDX-License-Identifier: MIT
// Tools that ask the client one thing: its model, its user by a form, or its roots.
#include <boost/json.hpp>

#include "conformance/fixture.hpp"
#include "conformance/fixture_values.hpp"

namespace mcp::conformance {

namespace json = boost::json;

namespace {

using Arguments = json::object;
using Question = std::function<InputRequest(const Arguments& arguments)>;
using Telling = std::function<std::string(const json::object& answer)>;

// Asks under `key`, and tells of the answer.
Tool asking(std::string name, std::string description, std::string key, const Question& question,
            const Telling& tell) {
  return {.name = std::move(name),
          .description = std::move(description),
          .input_schema = schema_of(),
          .run = [key = std::move(key), question, tell](
                     Call& call, const Arguments& arguments) -> Reply<ToolResult> {
            const json::object* answer = call.answer(key);
            if (answer == nullptr) return InputRequired{{{key, question(arguments)}}};
            return text_result(tell(*answer));
          }};
}

// As a tool with one required text, which is what it asks with.
Tool with_text(Tool tool, std::string_view argument) {
  tool.input_schema = schema_of({argument});
  return tool;
}

Question always(const InputRequest& request) {
  return [request](const Arguments&) { return request; };
}

std::string action_and_content(const json::object& answer) {
  const json::value* content = answer.if_contains("content");
  return "action=" + text_argument(answer, "action") +
         ", content=" + (content == nullptr ? "{}" : json::serialize(*content));
}

std::string tell_completed(const json::object& answer) {
  return "Elicitation completed: " + action_and_content(answer);
}

json::object with_defaults() {
  return json::parse(R"({
    "type": "object",
    "properties": {
      "name": {"type": "string", "description": "User name", "default": "John Doe"},
      "age": {"type": "integer", "description": "User age", "default": 30},
      "score": {"type": "number", "description": "User score", "default": 95.5},
      "status": {"type": "string", "description": "User status",
                 "enum": ["active", "inactive", "pending"], "default": "active"},
      "verified": {"type": "boolean", "description": "Verification status", "default": true}},
    "required": []})")
      .as_object();
}

json::object with_choices() {
  return json::parse(R"({
    "type": "object",
    "properties": {
      "untitledSingle": {"type": "string", "description": "Select one option",
                         "enum": ["option1", "option2", "option3"]},
      "titledSingle": {"type": "string", "description": "Select one option with titles",
                       "oneOf": [{"const": "value1", "title": "First Option"},
                                 {"const": "value2", "title": "Second Option"},
                                 {"const": "value3", "title": "Third Option"}]},
      "legacyEnum": {"type": "string", "description": "Select one option, with names",
                     "enum": ["opt1", "opt2", "opt3"],
                     "enumNames": ["Option One", "Option Two", "Option Three"]},
      "untitledMulti": {"type": "array", "description": "Select multiple options", "minItems": 1,
                        "maxItems": 3, "items": {"type": "string",
                                                 "enum": ["option1", "option2", "option3"]}},
      "titledMulti": {"type": "array", "description": "Select multiple options with titles",
                      "minItems": 1, "maxItems": 3,
                      "items": {"anyOf": [{"const": "value1", "title": "First Choice"},
                                          {"const": "value2", "title": "Second Choice"},
                                          {"const": "value3", "title": "Third Choice"}]}}},
    "required": []})")
      .as_object();
}

json::object user_form() {
  return {{"type", "object"},
          {"properties",
           {{"username", {{"type", "string"}, {"description", "User's response"}}},
            {"email", {{"type", "string"}, {"description", "User's email address"}}}}},
          {"required", {"username", "email"}}};
}

std::string tell_model(const json::object& answer) {
  return "LLM response: " + sampled_text(answer);
}

// Reports before it asks, so that its stream carries something.
Tool streaming() {
  Tool tool = asking("test_streaming_elicitation", "Reports progress and asks the user", "confirm",
                     always(ask_field("Go on?", "ok", "boolean")), tell_completed);
  tool.run = [ask = tool.run](Call& call, const Arguments& arguments) {
    call.report_progress(1, 2, "about to ask");
    return ask(call, arguments);
  };
  return tool;
}

}  // namespace

std::vector<Tool> asking_tools() {
  const auto prompt = [](const Arguments& arguments) {
    return ask_model(text_argument(arguments, "prompt"), 100);
  };
  const auto message = [](const Arguments& arguments) {
    return ask_form(text_argument(arguments, "message"), user_form());
  };
  const auto tell_user = [](const json::object& answer) {
    return "User response: " + action_and_content(answer);
  };
  return {
      with_text(asking("test_sampling", "Asks the client's model", "sample", prompt, tell_model),
                "prompt"),
      with_text(
          asking("test_elicitation", "Asks the user for name and mail", "user", message, tell_user),
          "message"),
      asking("test_elicitation_sep1034_defaults", "Asks by a form with defaults", "form",
             always(ask_form("Please review and update the form fields with defaults",
                             with_defaults())),
             tell_completed),
      asking("test_elicitation_sep1330_enums", "Asks by a form with every kind of choice", "form",
             always(ask_form("Please select options from the enum fields", with_choices())),
             tell_completed),
      asking("test_missing_capability", "Needs the client's model", "sample",
             always(ask_model("Is there anybody?", 10)), tell_model),
      streaming(),
      asking("test_input_required_result_elicitation", "Asks for a name and greets", "user_name",
             always(ask_field("What is your name?", "name", "string")),
             [](const json::object& answer) { return "Hello, " + field_of(answer, "name") + "!"; }),
      asking("test_input_required_result_sampling", "Asks the model for a capital",
             "capital_question", always(ask_model("What is the capital of France?", 100)),
             tell_model),
      asking("test_input_required_result_list_roots", "Asks for the client's roots", "client_roots",
             always(ask_roots()),
             [](const json::object& answer) {
               return "Roots: " + json::serialize(answer.at("roots"));
             }),
  };
}

}  // namespace mcp::conformance
