// SPDX-License-Identifier: MIT
// JSON Schema 2020-12 from descriptions.
#include "loop/ops/operation.h"

#include <boost/json.hpp>

namespace loop {

namespace {

namespace json = boost::json;

// A request is closed: further members are refused. An answer may get more members in a later
// version, and says in its whole form which of them are always there.
enum class Side { request, answer };

struct Style {
  SchemaDetail detail = SchemaDetail::whole;
  Side side = Side::request;
};

bool is_required(const FieldInfo& field, const Style& style) {
  if (style.side == Side::request) return field.is_required;
  return field.is_always_given && style.detail == SchemaDetail::whole;
}

json::object object_schema(const std::vector<FieldInfo>& fields, const Style& style);

void set_limits(json::object& schema, const FieldInfo& field, json::string_view least,
                json::string_view most) {
  if (field.least) schema[least] = *field.least;
  if (field.most) schema[most] = *field.most;
}

void add_text(json::object& schema, const FieldInfo& field) {
  schema["type"] = "string";
  if (field.format == TextFormat::instant) schema["format"] = "date-time";
  set_limits(schema, field, "minLength", "maxLength");
}

std::string_view type_name(FieldKind kind) {
  switch (kind) {
    case FieldKind::text:
    case FieldKind::choice: return "string";
    case FieldKind::flag: return "boolean";
    case FieldKind::integer: return "integer";
    case FieldKind::number: return "number";
    case FieldKind::list: return "array";
    case FieldKind::object: return "object";
  }
  return "";
}

json::object field_schema(const FieldInfo& field, const Style& style) {
  if (style.detail == SchemaDetail::compact) return {{"type", type_name(field.kind)}};
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
      set_limits(schema, field, "minItems", "maxItems");
      break;
    case FieldKind::object:
      schema = field.fields.empty() ? json::object{{"type", "object"}}
                                    : object_schema(field.fields, style);
      break;
  }
  if (style.detail == SchemaDetail::whole) {
    if (!field.meaning.empty()) schema["description"] = field.meaning;
    if (!field.default_json.empty() && style.side == Side::request) {
      schema["default"] = json::parse(field.default_json);
    }
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

json::object input_schema(const Operation& operation) {
  return object_schema(operation.request_fields(),
                       {.detail = SchemaDetail::whole, .side = Side::request});
}

json::object output_schema(const Operation& operation, SchemaDetail detail) {
  json::object schema =
      object_schema(operation.answer_fields(), {.detail = detail, .side = Side::answer});
  json::object& properties = schema["properties"].get_object();
  properties["success"] = {{"type", "boolean"}};
  properties["timestamp"] = {{"type", "string"}};
  if (detail == SchemaDetail::compact) return schema;
  json::array& required = schema.contains("required") ? schema["required"].get_array()
                                                      : schema["required"].emplace_array();
  required.emplace_back("success");
  required.emplace_back("timestamp");
  return schema;
}

}  // namespace loop
