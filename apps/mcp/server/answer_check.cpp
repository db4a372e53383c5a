// SPDX-License-Identifier: MIT
// The flat schemas of elicitation, field by field.
#include "mcp/server/answer_check.hpp"

#include <algorithm>

#include <boost/json.hpp>

#include "mcp/protocol/methods.hpp"

namespace mcp {

namespace json = boost::json;

namespace {

bool is_text(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_string();
}

const json::object* object_in(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value == nullptr ? nullptr : value->if_object();
}

// Of valid UTF-8: bytes that begin one.
std::ptrdiff_t characters(std::string_view text) {
  return std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; });
}

// Whether a number stands in [least, most], where the schema names them.
bool is_between(double number, const json::object& schema, std::string_view least,
                std::string_view most) {
  const json::value* low = schema.if_contains(least);
  const json::value* high = schema.if_contains(most);
  if (low != nullptr && low->is_number() && number < low->to_number<double>()) return false;
  return high == nullptr || !high->is_number() || number <= high->to_number<double>();
}

// The choices of a field: `enum`, or `oneOf`/`anyOf` of constants. True where there are none.
bool is_a_choice(const json::value& value, const json::object& schema) {
  if (const json::value* words = schema.if_contains("enum"); words && words->is_array()) {
    return std::ranges::find(words->get_array(), value) != words->get_array().end();
  }
  for (const char* key : {"oneOf", "anyOf"}) {
    const json::value* titled = schema.if_contains(key);
    if (titled == nullptr || !titled->is_array()) continue;
    return std::ranges::any_of(titled->get_array(), [&](const json::value& one) {
      const json::object* option = one.if_object();
      const json::value* constant = option == nullptr ? nullptr : option->if_contains("const");
      return constant != nullptr && *constant == value;
    });
  }
  return true;
}

bool fits_field(const json::value& value, const json::object& schema) {
  const json::value* type = schema.if_contains("type");
  if (type == nullptr || !type->is_string()) return is_a_choice(value, schema);
  const std::string_view word(type->get_string());
  if (word == "boolean") return value.is_bool();
  if (word == "integer" || word == "number") {
    const bool is_right =
        word == "number" ? value.is_number() : value.is_int64() || value.is_uint64();
    return is_right && is_between(value.to_number<double>(), schema, "minimum", "maximum");
  }
  if (word == "string") {
    if (!value.is_string() || !is_a_choice(value, schema)) return false;
    const auto length = static_cast<double>(characters(value.get_string()));
    return is_between(length, schema, "minLength", "maxLength");
  }
  if (word != "array") return true;
  const json::array* items = value.if_array();
  const json::object* item_schema = object_in(schema, "items");
  return items != nullptr &&
         is_between(static_cast<double>(items->size()), schema, "minItems", "maxItems") &&
         std::ranges::all_of(*items, [&](const json::value& item) {
           return item.is_string() && (item_schema == nullptr || is_a_choice(item, *item_schema));
         });
}

bool fits_form(const json::object& content, const json::object& schema) {
  if (const json::value* required = schema.if_contains("required");
      required && required->is_array()) {
    for (const json::value& name : required->get_array()) {
      if (name.is_string() && !content.contains(name.get_string())) return false;
    }
  }
  const json::object* fields = object_in(schema, "properties");
  return std::ranges::all_of(content, [&](const auto& member) {
    const json::object* field = fields == nullptr ? nullptr : object_in(*fields, member.key());
    return field == nullptr || fits_field(member.value(), *field);
  });
}

bool fits_elicitation(const json::object& answer, const json::object& question) {
  const json::value* action = answer.if_contains("action");
  if (action == nullptr) return false;
  if (*action == "decline" || *action == "cancel") return true;
  if (*action != "accept") return false;
  const json::object* schema = object_in(question, "requestedSchema");
  if (schema == nullptr) return true;  // by URL: nothing comes back
  const json::object* content = object_in(answer, "content");
  return fits_form(content == nullptr ? json::object() : *content, *schema);
}

bool fits_roots(const json::object& answer) {
  const json::value* roots = answer.if_contains("roots");
  return roots != nullptr && roots->is_array() &&
         std::ranges::all_of(roots->get_array(), [](const json::value& root) {
           return root.is_object() && is_text(root.get_object(), "uri");
         });
}

}  // namespace

bool fits(const json::object& answer, const InputRequest& question) {
  if (question.method == method::kElicit) return fits_elicitation(answer, question.params);
  if (question.method == method::kRootsList) return fits_roots(answer);
  return is_text(answer, "role") && is_text(answer, "model") && answer.contains("content");
}

}  // namespace mcp
