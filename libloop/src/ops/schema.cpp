// SPDX-License-Identifier: MIT
// JSON Schema 2020-12 from descriptions.
#include "loop/ops/operation.h"

#include <boost/json.hpp>

namespace loop {

namespace {

namespace json = boost::json;

// A request is closed: further members are refused. An answer may get more members in a later
// version, and says which of them are always there.
enum class Side { request, answer };

struct Style {
  SchemaDetail detail = SchemaDetail::whole;
  Side side = Side::request;
};

bool is_required(const FieldInfo& field, const Style& style) {
  return style.side == Side::request ? field.is_required : field.is_always_given;
}

json::object object_schema(const std::vector<FieldInfo>& fields, const Style& style);

void set_limits(json::object& schema, const FieldInfo& field, json::string_view least,
                json::string_view most) {
  if (field.least) schema[least] = *field.least;
  if (field.most) schema[most] = *field.most;
}

// No length is below 0, so that says nothing.
void set_lengths(json::object& schema, const FieldInfo& field, json::string_view least,
                 json::string_view most) {
  if (field.least && *field.least > 0) schema[least] = *field.least;
  if (field.most) schema[most] = *field.most;
}

void add_text(json::object& schema, const FieldInfo& field) {
  schema["type"] = "string";
  if (field.format == TextFormat::instant) schema["format"] = "date-time";
  set_lengths(schema, field, "minLength", "maxLength");
}

json::object field_schema(const FieldInfo& field, const Style& style) {
  json::object schema;
  switch (field.kind) {
    case FieldKind::text: add_text(schema, field); break;
    case FieldKind::choice:
      schema["type"] = "string";
      schema["enum"] = json::array(field.words.begin(), field.words.end());
      break;
    case FieldKind::flag: schema["type"] = "boolean"; break;
    case FieldKind::integer:
    case FieldKind::number:
      schema["type"] = field.kind == FieldKind::integer ? "integer" : "number";
      set_limits(schema, field, "minimum", "maximum");
      break;
    case FieldKind::list:
      schema["type"] = "array";
      schema["items"] = field_schema(field.items[0], style);
      set_lengths(schema, field, "minItems", "maxItems");
      break;
    case FieldKind::object:
      schema = field.fields.empty() ? json::object{{"type", "object"}}
                                    : object_schema(field.fields, style);
      break;
  }
  const bool is_whole = style.detail == SchemaDetail::whole;
  if (!field.meaning.empty() && (is_whole || field.is_told_in_list)) {
    schema["description"] = field.meaning;
  }
  if (!field.default_json.empty() && is_whole && style.side == Side::request) {
    schema["default"] = json::parse(field.default_json);
  }
  return schema;
}

json::object object_schema(const std::vector<FieldInfo>& fields, const Style& style) {
  json::object properties;
  json::array required;
  for (const FieldInfo& field : fields) {
    properties[field.name] = field_schema(field, style);
    if (is_required(field, style)) required.emplace_back(field.name);
  }
  json::object schema{{"type", "object"}, {"properties", std::move(properties)}};
  if (!required.empty()) schema["required"] = std::move(required);
  if (style.side == Side::request) schema["additionalProperties"] = false;
  return schema;
}

}  // namespace

json::object input_schema(const Operation& operation, SchemaDetail detail) {
  return object_schema(operation.request_fields(), {.detail = detail, .side = Side::request});
}

json::object output_schema(const Operation& operation, SchemaDetail detail) {
  if (detail == SchemaDetail::compact) return {{"type", "object"}};
  json::object schema =
      object_schema(operation.answer_fields(), {.detail = detail, .side = Side::answer});
  json::object& properties = schema["properties"].get_object();
  properties["success"] = {{"type", "boolean"}};
  properties["timestamp"] = {{"type", "string"}};
  json::array& required = schema.contains("required") ? schema["required"].get_array()
                                                      : schema["required"].emplace_array();
  required.emplace_back("success");
  required.emplace_back("timestamp");
  return schema;
}

}  // namespace loop
