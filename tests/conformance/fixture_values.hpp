// SPDX-License-Identifier: MIT
// Values that several parts of the fixture give: results, schemas, questions, a picture.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>

#include "mcp/server/features.hpp"

namespace mcp::conformance {

// A red pixel, and a tenth of a millisecond of silence.
inline constexpr std::string_view kPixelPng =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR42mP4z8AAAAMBAQD3A0FDAAAAAElFTkSuQmCC";
inline constexpr std::string_view kSilenceWav =
    "UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQIAAACAgA==";

ToolResult text_result(std::string text);

using Run = std::function<Reply<ToolResult>(Call& call, const boost::json::object& arguments)>;
// Of a tool without arguments.
Tool simple_tool(std::string name, std::string description, Run run);

// Of a tool's arguments: each name is a required text.
boost::json::object schema_of(std::initializer_list<std::string_view> texts = {});
// The argument, or the empty text.
std::string text_argument(const boost::json::object& arguments, std::string_view name);

// One required field of an elicitation, `type` as JSON Schema names it.
InputRequest ask_field(std::string_view message, std::string_view field, std::string_view type);
InputRequest ask_form(std::string_view message, boost::json::object requested_schema);
InputRequest ask_model(std::string_view prompt, int tokens_max);
InputRequest ask_roots();

// What the user gave for the field, as JSON or bare text; nothing when they declined.
std::string field_of(const boost::json::object& elicited, std::string_view field);
// The text that the client's model gave.
std::string sampled_text(const boost::json::object& sampled);

}  // namespace mcp::conformance
