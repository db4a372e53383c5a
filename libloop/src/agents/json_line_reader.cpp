// SPDX-License-Identifier: MIT
// Parsing one line, and reading members that may be absent or of any type.
#include "json_line_reader.hpp"

#include <array>
#include <cmath>

#include "loop/base/text.h"

namespace loop {

namespace {

namespace json = boost::json;

constexpr std::size_t kBriefBytesMax = 400;

const json::value* find(const json::object& object, std::string_view key) {
  return object.if_contains({key.data(), key.size()});
}

std::optional<json::object> parse(std::string_view text) {
  json::parse_options options;
  options.max_depth = 128;
  options.allow_invalid_utf8 = true;  // replaced where it is shown
  boost::system::error_code problem;
  json::value value =
      json::parse({text.data(), text.size()}, problem, json::storage_ptr{}, options);
  if (problem || !value.is_object()) return std::nullopt;
  return std::move(value.get_object());
}

// The same text with "null" for each NaN and Infinity outside of strings, and their number.
struct Repaired {
  std::string text;
  std::int64_t count = 0;
};
Repaired without_nan(std::string_view text) {
  constexpr std::array<std::string_view, 3> kWords = {"NaN", "-Infinity", "Infinity"};
  Repaired repaired;
  bool is_in_string = false;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t taken = 1;
    std::string_view put = text.substr(at, 1);
    if (is_in_string && text[at] == '\\') put = text.substr(at, taken = 2);
    if (text[at] == '"') is_in_string = !is_in_string;
    for (const std::string_view word : kWords) {
      if (is_in_string || text.substr(at, word.size()) != word) continue;
      taken = word.size();
      put = "null";
      ++repaired.count;
      break;
    }
    repaired.text += put;
    at += taken;
  }
  return repaired;
}

bool may_hold_nan(std::string_view text) {
  return text.find("NaN") != std::string_view::npos ||
         text.find("Infinity") != std::string_view::npos;
}

}  // namespace

std::optional<json::object> read_json_line(const OutputLine& line, AgentOutcome& outcome) {
  if (line.is_truncated) {
    ++outcome.cut_lines;
    return std::nullopt;
  }
  if (auto object = parse(line.text)) return object;
  if (may_hold_nan(line.text)) {
    const Repaired repaired = without_nan(line.text);
    if (auto object = repaired.count > 0 ? parse(repaired.text) : std::nullopt) {
      outcome.refused_figures += repaired.count;
      return object;
    }
  }
  ++outcome.garbage_lines;
  return std::nullopt;
}

std::string_view text_at(const json::object& object, std::string_view key) {
  const json::value* value = find(object, key);
  if (value == nullptr || !value->is_string()) return {};
  return {value->get_string().data(), value->get_string().size()};
}

const json::object* object_at(const json::object& object, std::string_view key) {
  const json::value* value = find(object, key);
  return value == nullptr ? nullptr : value->if_object();
}

const json::array* array_at(const json::object& object, std::string_view key) {
  const json::value* value = find(object, key);
  return value == nullptr ? nullptr : value->if_array();
}

bool flag_at(const json::object& object, std::string_view key) {
  const json::value* value = find(object, key);
  return value != nullptr && value->is_bool() && value->get_bool();
}

std::optional<std::int64_t> integer_at(const json::object& object, std::string_view key) {
  const json::value* value = find(object, key);
  if (value == nullptr || !value->is_number()) return std::nullopt;
  boost::system::error_code problem;
  const auto number = value->to_number<std::int64_t>(problem);
  return problem ? std::nullopt : std::optional(number);
}

std::string brief(const json::value& value) {
  if (value.is_string()) {
    const json::string& text = value.get_string();
    return ellipsize(to_single_line(to_valid_utf8({text.data(), text.size()})), kBriefBytesMax);
  }
  // A tool's result may be megabytes: only the start is serialised.
  json::serializer serializer;
  serializer.reset(&value);
  std::array<char, 2 * kBriefBytesMax> buffer{};
  const auto start = serializer.read(buffer.data(), buffer.size());
  return ellipsize(to_single_line(to_valid_utf8({start.data(), start.size()})), kBriefBytesMax);
}

}  // namespace loop
