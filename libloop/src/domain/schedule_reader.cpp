// SPDX-License-Identifier: MIT
// Field look-up.
#include "domain/schedule_reader.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "loop/base/text.h"

namespace loop {

namespace json = boost::json;

namespace {

std::string to_snake_case(std::string_view key) {
  std::string snake;
  for (const char c : key) {
    if (c >= 'A' && c <= 'Z') {
      snake += '_';
      snake += static_cast<char>(c - 'A' + 'a');
    } else {
      snake += c;
    }
  }
  return snake;
}

RawField raw_field(const json::value& value) {
  switch (value.kind()) {
    case json::kind::null: return {RawField::Kind::null, "null"};
    case json::kind::bool_: return {RawField::Kind::boolean, value.get_bool() ? "true" : "false"};
    case json::kind::string: return {RawField::Kind::string, std::string(value.get_string())};
    case json::kind::object: return {RawField::Kind::object, json::serialize(value)};
    case json::kind::array: return {RawField::Kind::array, json::serialize(value)};
    case json::kind::int64:
    case json::kind::uint64:
    case json::kind::double_: break;
  }
  return {RawField::Kind::number, json::serialize(value)};
}

}  // namespace

Result<RawObject> read_raw_object(std::string_view text) {
  json::error_code code;
  json::parse_options options;
  options.max_depth = 64;
  const json::value value = json::parse(json::string_view(text.data(), text.size()), code, {}, options);
  if (code || !value.is_object()) {
    return Error(Errc::invalid_data, fmt::format("not a JSON object: {}", code ? code.message() : "another type"));
  }
  RawObject fields;
  for (const auto& member : value.get_object()) {
    fields.emplace_back(std::string(member.key()), raw_field(member.value()));
  }
  return fields;
}

const RawField* ScheduleReader::find(std::string_view key) const {
  for (const std::string& wanted : {std::string(key), to_snake_case(key)}) {
    const auto found = std::find_if(fields_.rbegin(), fields_.rend(),
                                    [&](const auto& field) { return field.first == wanted; });
    if (found != fields_.rend() && found->second.kind != RawField::Kind::null) return &found->second;
  }
  return nullptr;
}

std::string ScheduleReader::text(std::string_view key) const {
  const RawField* field = find(key);
  if (field == nullptr) return {};
  const bool is_text = field->kind == RawField::Kind::string || field->kind == RawField::Kind::number;
  return is_text ? field->text : std::string{};
}

bool ScheduleReader::flag(std::string_view key, bool fallback) const {
  const RawField* field = find(key);
  if (field == nullptr || field->kind != RawField::Kind::boolean) return fallback;
  return field->text == "true";
}

std::optional<Instant> ScheduleReader::time(std::string_view key) const { return parse_instant(text(key)); }

void ScheduleReader::refuse(std::string message) {
  if (!schedule_.invalid) schedule_.invalid = std::move(message);
}

std::optional<std::int64_t> leading_integer(std::string_view text) {
  text = trim(text);
  if (text.starts_with('+')) text.remove_prefix(1);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{}) return std::nullopt;
  return value;
}

}  // namespace loop
