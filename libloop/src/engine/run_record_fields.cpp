// SPDX-License-Identifier: MIT
// Reading and making JSON members for the files of a run.
#include "run_record_fields.hpp"

#include <limits>

#include <fmt/format.h>

#include "loop/base/text.h"

namespace loop {

namespace json = boost::json;

namespace {

std::string to_text(const json::string& text) { return {text.data(), text.size()}; }

std::optional<std::int64_t> to_integer(const json::value& value) {
  if (value.is_int64()) return value.get_int64();
  if (value.is_uint64() && value.get_uint64() <= std::numeric_limits<std::int64_t>::max()) {
    return static_cast<std::int64_t>(value.get_uint64());
  }
  return std::nullopt;
}

}  // namespace

json::string text_value(std::string_view text) {
  if (!find_invalid_utf8(text)) return json::string(text.data(), text.size());
  const std::string valid = to_valid_utf8(text);
  return json::string(valid.data(), valid.size());
}

json::array list_value(const std::vector<std::string>& texts) {
  json::array list;
  for (const std::string& text : texts) list.emplace_back(text_value(text));
  return list;
}

Result<JsonFields> JsonFields::open(std::string_view text) {
  boost::system::error_code problem;
  json::value value = json::parse({text.data(), text.size()}, problem);
  if (problem) {
    return Error(Errc::invalid_data, fmt::format("it is not JSON: {}", problem.message()));
  }
  if (!value.is_object()) return Error(Errc::invalid_data, "it is not a JSON object");
  JsonFields fields(std::move(value.get_object()));
  const std::int64_t schema = fields.number("schema");
  LOOP_TRY_VOID(fields.problem());
  if (schema != kRunRecordSchema) {
    return Error(Errc::invalid_data,
                 fmt::format("\"schema\" is {}; this program knows {}", schema, kRunRecordSchema));
  }
  return fields;
}

const json::value* JsonFields::find(std::string_view key) const {
  const json::value* value = object_.if_contains({key.data(), key.size()});
  return value == nullptr || value->is_null() ? nullptr : value;
}

const json::value* JsonFields::need(std::string_view key) {
  const json::value* value = find(key);
  if (value == nullptr) refuse(key, "is missing");
  return value;
}

bool JsonFields::has(std::string_view key) const { return find(key) != nullptr; }

std::vector<std::string> JsonFields::names() const {
  std::vector<std::string> found;
  for (const auto& [name, value] : object_) found.emplace_back(name);
  return found;
}

void JsonFields::refuse(std::string_view key, std::string_view why) {
  if (problem_.empty()) problem_ = fmt::format("\"{}\" {}", key, why);
}

void JsonFields::take_problem(std::string_view key, const JsonFields& nested) {
  if (!nested.problem_.empty()) refuse(key, fmt::format("is wrong: {}", nested.problem_));
}

Status JsonFields::problem() const {
  if (problem_.empty()) return {};
  return Error(Errc::invalid_data, problem_);
}

std::string JsonFields::text(std::string_view key) {
  const json::value* value = need(key);
  if (value == nullptr) return {};
  if (value->is_string()) return to_text(value->get_string());
  refuse(key, "is not a string");
  return {};
}

std::string JsonFields::text_or(std::string_view key, std::string fallback) {
  return has(key) ? text(key) : std::move(fallback);
}

std::int64_t JsonFields::number(std::string_view key) {
  const json::value* value = need(key);
  if (value == nullptr) return 0;
  const auto found = to_integer(*value);
  if (!found) refuse(key, "is not a whole number");
  return found.value_or(0);
}

std::int64_t JsonFields::number_or(std::string_view key, std::int64_t fallback) {
  return has(key) ? number(key) : fallback;
}

bool JsonFields::flag(std::string_view key) {
  const json::value* value = need(key);
  if (value == nullptr) return false;
  if (value->is_bool()) return value->get_bool();
  refuse(key, "is not true or false");
  return false;
}

Instant JsonFields::instant(std::string_view key) {
  const auto found = parse_instant(text(key));
  if (!found) refuse(key, "is not a time");
  return found.value_or(Instant{});
}

std::optional<Instant> JsonFields::instant_if_any(std::string_view key) {
  if (!has(key)) return std::nullopt;
  return instant(key);
}

Duration JsonFields::duration_ms(std::string_view key) { return Duration{number(key)}; }

std::vector<std::string> JsonFields::texts(std::string_view key) {
  std::vector<std::string> found;
  const json::value* value = need(key);
  if (value == nullptr) return found;
  if (!value->is_array()) refuse(key, "is not a list");
  if (!value->is_array()) return found;
  for (const json::value& element : value->get_array()) {
    if (element.is_string())
      found.push_back(to_text(element.get_string()));
    else
      refuse(key, "holds something that is not a string");
  }
  return found;
}

std::vector<int> JsonFields::numbers(std::string_view key) {
  std::vector<int> found;
  const json::value* value = need(key);
  if (value == nullptr) return found;
  if (!value->is_array()) refuse(key, "is not a list");
  if (!value->is_array()) return found;
  for (const json::value& element : value->get_array()) {
    const auto number = to_integer(element);
    if (number && *number >= -1 && *number <= 0xffff)
      found.push_back(static_cast<int>(*number));
    else
      refuse(key, "holds something that is not an exit code");
  }
  return found;
}

std::map<std::string, std::string> JsonFields::text_map(std::string_view key) {
  std::map<std::string, std::string> found;
  const json::value* value = need(key);
  if (value == nullptr) return found;
  if (!value->is_object()) refuse(key, "is not an object");
  if (!value->is_object()) return found;
  for (const auto& [name, element] : value->get_object()) {
    if (element.is_string())
      found.emplace(std::string(name), to_text(element.get_string()));
    else
      refuse(key, "holds something that is not a string");
  }
  return found;
}

JsonFields JsonFields::object(std::string_view key) {
  const json::value* value = need(key);
  if (value != nullptr && value->is_object()) return JsonFields(value->get_object());
  refuse(key, "is not an object");
  return JsonFields(json::object{});
}

}  // namespace loop
