// SPDX-License-Identifier: MIT
// Built as the suite describes them.
#include "conformance/fixture_values.hpp"

#include <boost/json.hpp>

namespace mcp::conformance {

namespace json = boost::json;

ToolResult text_result(std::string text) { return {.content = {TextContent{std::move(text)}}}; }

json::object schema_of(std::initializer_list<std::string_view> texts) {
  json::object properties;
  json::array required;
  for (const std::string_view name : texts) {
    properties[name] = json::object{{"type", "string"}};
    required.emplace_back(name);
  }
  json::object schema{{"type", "object"}, {"properties", std::move(properties)}};
  if (!required.empty()) schema["required"] = std::move(required);
  return schema;
}

std::string text_argument(const json::object& arguments, std::string_view name) {
  const json::value* value = arguments.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

InputRequest ask_form(std::string_view message, json::object requested_schema) {
  return {
      "elicitation/create",
      {{"mode", "form"}, {"message", message}, {"requestedSchema", std::move(requested_schema)}}};
}

InputRequest ask_field(std::string_view message, std::string_view field, std::string_view type) {
  return ask_form(message, {{"type", "object"},
                            {"properties", {{field, {{"type", type}}}}},
                            {"required", json::array{field}}});
}

InputRequest ask_model(std::string_view prompt, int tokens_max) {
  const json::object content{{"type", "text"}, {"text", prompt}};
  return {"sampling/createMessage",
          {{"messages", json::array{json::object{{"role", "user"}, {"content", content}}}},
           {"maxTokens", tokens_max}}};
}

Tool simple_tool(std::string name, std::string description, Run run) {
  return {.name = std::move(name),
          .description = std::move(description),
          .input_schema = schema_of(),
          .run = std::move(run)};
}

InputRequest ask_roots() { return {"roots/list", {}}; }

std::string field_of(const json::object& elicited, std::string_view field) {
  const json::value* content = elicited.if_contains("content");
  if (content == nullptr || !content->is_object()) return {};
  const json::value* value = content->get_object().if_contains(field);
  if (value == nullptr) return {};
  return value->is_string() ? std::string(value->get_string()) : json::serialize(*value);
}

std::string sampled_text(const json::object& sampled) {
  const json::value* content = sampled.if_contains("content");
  return content != nullptr && content->is_object() ? text_argument(content->get_object(), "text")
                                                    : std::string();
}

}  // namespace mcp::conformance
