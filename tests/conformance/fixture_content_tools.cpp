// SPDX-License-Identifier: MIT
// Tools that answer at once: each kind of content, failure, and schemas with every keyword.
#include <boost/json.hpp>

#include "conformance/fixture.hpp"
#include "conformance/fixture_values.hpp"

namespace mcp::conformance {

namespace json = boost::json;

namespace {

using Blocks = std::vector<Content>;

Tool fixed(std::string name, std::string description, Blocks content, bool is_error = false) {
  return {.name = std::move(name),
          .description = std::move(description),
          .input_schema = schema_of(),
          .run = [content = std::move(content), is_error](
                     Call&, const json::object&) -> Reply<ToolResult> {
            return ToolResult{.content = content, .is_error = is_error};
          }};
}

const ImageContent& pixel() {
  static const ImageContent content{std::string(kPixelPng), "image/png"};
  return content;
}

// What clients have to get unchanged: keywords that no server of ours interprets.
json::object schema_2020_12() {
  return json::parse(R"({
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "$defs": {"address": {"$anchor": "addressDef", "type": "object",
      "properties": {"street": {"type": "string"}, "city": {"type": "string"}}}},
    "properties": {
      "name": {"type": "string"},
      "address": {"$ref": "#/$defs/address"},
      "contactMethod": {"type": "string", "enum": ["phone", "email"]},
      "phone": {"type": "string"},
      "email": {"type": "string"}},
    "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
    "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
    "then": {"required": ["phone"]},
    "else": {"required": ["email"]},
    "additionalProperties": false})")
      .as_object();
}

Tool schema_tool() {
  return {.name = "json_schema_2020_12_tool",
          .description = "Tool with JSON Schema 2020-12 features",
          .input_schema = schema_2020_12(),
          .run = [](Call&, const json::object& arguments) -> Reply<ToolResult> {
            return text_result("Called with " + json::serialize(arguments));
          }};
}

// The region is mirrored into the header Mcp-Param-Region.
Tool header_tool() {
  json::object schema = schema_of({"region"});
  schema["properties"].as_object()["region"].as_object()["x-mcp-header"] = "Region";
  return {.name = "test_x_mcp_header",
          .description = "Tells the region that it was called for",
          .input_schema = std::move(schema),
          .run = [](Call&, const json::object& arguments) -> Reply<ToolResult> {
            return text_result("Region: " + text_argument(arguments, "region"));
          }};
}

}  // namespace

std::vector<Tool> content_tools() {
  const EmbeddedResource plain{{.uri = "test://embedded-resource",
                                .mime_type = "text/plain",
                                .text = "This is an embedded resource content."}};
  const EmbeddedResource mixed{{.uri = "test://mixed-content-resource",
                                .mime_type = "application/json",
                                .text = R"({"test":"data","value":123})"}};
  return {
      fixed("test_simple_text", "Gives a text",
            {TextContent{"This is a simple text response for testing."}}),
      fixed("test_image_content", "Gives an image", {pixel()}),
      fixed("test_audio_content", "Gives a sound",
            {AudioContent{std::string(kSilenceWav), "audio/wav"}}),
      fixed("test_embedded_resource", "Gives an embedded resource", {plain}),
      fixed("test_multiple_content_types", "Gives a text, an image and a resource",
            {TextContent{"Multiple content types test:"}, pixel(), mixed}),
      fixed("test_error_handling", "Always fails",
            {TextContent{"This tool intentionally returns an error for testing"}}, true),
      schema_tool(),
      header_tool(),
  };
}

}  // namespace mcp::conformance
