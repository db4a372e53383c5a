// SPDX-License-Identifier: MIT
// Checking values, keyword by keyword.
#include "mcp/tap/json_schema.hpp"

#include <algorithm>
#include <set>

namespace mcp::test {

namespace json = boost::json;

namespace {

using Findings = std::vector<std::string>;

bool is_of_type(const json::value& value, std::string_view type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_bool();
  if (type == "null") return value.is_null();
  if (type == "number") return value.is_number();
  return type == "integer" && (value.is_int64() || value.is_uint64());
}

bool has_type(const json::value& type, const json::value& value) {
  if (type.is_string()) return is_of_type(value, std::string_view(type.get_string()));
  return std::ranges::any_of(type.as_array(), [&](const json::value& one) {
    return is_of_type(value, std::string_view(one.as_string()));
  });
}

const std::set<std::string_view> kAnnotations{"description", "title",       "$schema", "$id",
                                              "$defs",       "definitions", "default", "format",
                                              "examples",    "deprecated"};

}  // namespace

JsonSchema::JsonSchema(json::object document) : document_(std::move(document)) {}

const json::object& JsonSchema::definitions() const {
  const json::value* defs = document_.if_contains("$defs");
  return (defs != nullptr ? *defs : document_.at("definitions")).as_object();
}

Findings JsonSchema::check(std::string_view definition, const json::value& value) const {
  Findings findings;
  check(definitions().at(definition), value, "", findings);
  return findings;
}

bool JsonSchema::accepts(const json::value& schema, const json::value& value) const {
  Findings findings;
  check(schema, value, "", findings);
  return findings.empty();
}

void JsonSchema::check(const json::value& schema, const json::value& value, const std::string& at,
                       Findings& findings) const {
  if (schema.is_bool()) {
    if (!schema.get_bool()) findings.push_back(at + ": nothing is allowed here");
    return;
  }
  const json::object& rules = schema.as_object();
  for (const auto& rule : rules) {
    const std::string_view key = rule.key();
    const json::value& wanted = rule.value();
    const auto fails = [&](std::string_view why) {
      findings.push_back(at + ": " + std::string(why));
    };
    if (key == "$ref") {
      const std::string_view target(wanted.as_string());
      check(definitions().at(target.substr(target.rfind('/') + 1)), value, at, findings);
    } else if (key == "type") {
      if (!has_type(wanted, value)) fails("not of type " + json::serialize(wanted));
    } else if (key == "const") {
      if (value != wanted) fails("not " + json::serialize(wanted));
    } else if (key == "enum") {
      if (std::ranges::find(wanted.as_array(), value) == wanted.as_array().end()) {
        fails("not one of " + json::serialize(wanted));
      }
    } else if (key == "anyOf") {
      const auto& options = wanted.as_array();
      if (std::ranges::none_of(options, [&](const auto& one) { return accepts(one, value); })) {
        fails("matches none of anyOf");
      }
    } else if (key == "allOf") {
      for (const json::value& one : wanted.as_array()) check(one, value, at, findings);
    } else if (key == "not") {
      if (accepts(wanted, value)) fails("matches what is excluded");
    } else if (key == "items") {
      if (!value.is_array()) continue;
      std::size_t index = 0;
      for (const json::value& item : value.get_array()) {
        check(wanted, item, at + "/" + std::to_string(index++), findings);
      }
    } else if (key == "minItems" || key == "maxItems") {
      if (!value.is_array()) continue;
      const auto size = static_cast<std::int64_t>(value.get_array().size());
      const bool is_right =
          key == "minItems" ? size >= wanted.as_int64() : size <= wanted.as_int64();
      if (!is_right) fails("wrong number of items");
    } else if (key == "minimum" || key == "maximum") {
      if (!value.is_number()) continue;
      const auto number = value.to_number<double>();
      const auto limit = wanted.to_number<double>();
      if (key == "minimum" ? number < limit : number > limit) fails("out of range");
    } else if (key == "properties" || key == "required" || key == "additionalProperties" ||
               key == "propertyNames") {
      continue;
    } else if (!kAnnotations.contains(key)) {
      fails("the schema has an unknown keyword " + std::string(key));
    }
  }
  if (value.is_object()) check_object(rules, value.get_object(), at, findings);
}

void JsonSchema::check_object(const json::object& schema, const json::object& value,
                              const std::string& at, Findings& findings) const {
  if (const json::value* required = schema.if_contains("required")) {
    for (const json::value& name : required->as_array()) {
      if (!value.contains(name.as_string())) {
        findings.push_back(at + ": lacks " + std::string(name.as_string()));
      }
    }
  }
  const json::value* properties = schema.if_contains("properties");
  const json::value* others = schema.if_contains("additionalProperties");
  const json::value* names = schema.if_contains("propertyNames");
  for (const auto& member : value) {
    const std::string below = at + "/" + std::string(member.key());
    if (names != nullptr) check(*names, json::value(member.key()), below, findings);
    const json::value* own =
        properties == nullptr ? nullptr : properties->as_object().if_contains(member.key());
    if (own != nullptr) {
      check(*own, member.value(), below, findings);
    } else if (others != nullptr) {
      check(*others, member.value(), below, findings);
    }
  }
}

}  // namespace mcp::test
