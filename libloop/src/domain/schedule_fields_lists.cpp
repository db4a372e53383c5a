// SPDX-License-Identifier: MIT
// Lists come as JSON from tools and as one text from the command line; both end as JSON.
#include "domain/schedule_fields_lists.hpp"

#include "loop/base/text.h"
#include "loop/domain/workflow.h"

#include "domain/schedule_book_layout.hpp"
#include "domain/schedule_book_splice.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace loop {

namespace {

constexpr std::string_view kDays[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

Error not_allowed(std::string_view part) {
  return Error(Errc::invalid_argument, std::string(part));
}

struct Pair {
  std::string key;
  std::string json;
};

std::string join_object(const std::vector<Pair>& pairs) {
  std::string text = "{";
  for (const Pair& pair : pairs) {
    if (text.size() > 1) text += ",";
    text += quote_json_string(pair.key) + ":" + pair.json;
  }
  return text + "}";
}

std::string join_array(const std::vector<std::string>& words) {
  std::string text = "[";
  for (const std::string& word : words) {
    if (text.size() > 1) text += ",";
    text += quote_json_string(word);
  }
  return text + "]";
}

// The strings of a JSON array.
Result<std::vector<std::string>> read_array(const JsonSource& source) {
  if (source.tokens[0].kind != JsonKind::array) return not_allowed(source.text);
  std::vector<std::string> words;
  for (const std::uint32_t element : source.tokens.children(0)) {
    if (source.tokens[element].kind != JsonKind::string) return not_allowed(source.token(element));
    words.push_back(decode_json_string(source.token(element)));
  }
  return words;
}

std::vector<std::string> read_words(std::string_view text) {
  std::vector<std::string> words;
  for (const std::string_view word : split(text, ',')) {
    if (!is_blank(word)) words.emplace_back(trim(word));
  }
  return words;
}

Status select_day(std::string_view word, Weekdays& selected) {
  const std::string name = to_lower(word);
  for (std::size_t day = 0; day < selected.size(); ++day) {
    const bool is_weekend = day == 0 || day == 6;
    if (name == kDays[day] || name == "all" || (name == "weekend" && is_weekend) ||
        (name == "weekdays" && !is_weekend)) {
      selected[day] = true;
    }
  }
  const bool is_group = name == "all" || name == "weekend" || name == "weekdays";
  if (is_group || std::find(std::begin(kDays), std::end(kDays), name) != std::end(kDays)) return {};
  return not_allowed(word);
}

Result<std::optional<std::string>> days_from_words(const std::vector<std::string>& words) {
  if (words.empty()) return not_allowed("");
  Weekdays selected{};
  for (const std::string& word : words) LOOP_TRY_VOID(select_day(word, selected));
  std::vector<Pair> pairs;
  for (std::size_t day = 0; day < selected.size(); ++day) {
    pairs.push_back({std::string(kDays[day]), selected[day] ? "true" : "false"});
  }
  return std::optional(join_object(pairs));
}

// Days that the object does not name keep what they have.
Result<std::optional<std::string>> days_from_object(const JsonSource& source) {
  std::vector<Pair> pairs;
  for (const std::uint32_t member : source.tokens.children(0)) {
    std::string day = decode_json_string(source.key(member));
    const bool is_day = std::find(std::begin(kDays), std::end(kDays), day) != std::end(kDays);
    if (!is_day) return not_allowed(day);
    if (source.tokens[member].kind != JsonKind::boolean) return not_allowed(source.token(member));
    pairs.push_back({std::move(day), std::string(source.token(member))});
  }
  if (pairs.empty()) return std::optional<std::string>{};
  return std::optional(join_object(pairs));
}

bool is_variable_name(std::string_view name) {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  if (name.empty() || !is_letter(name.front())) return false;
  return std::all_of(name.begin(), name.end(),
                     [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

Result<std::optional<std::string>> variables(const std::vector<Pair>& pairs) {
  for (const Pair& pair : pairs) {
    if (!is_variable_name(pair.key)) return not_allowed(pair.key);
    const std::string value = decode_json_string(pair.json);
    if (value.find('\0') != std::string::npos) return not_allowed(pair.key);
  }
  if (pairs.empty()) return std::optional<std::string>{};
  return std::optional(join_object(pairs));
}

Result<std::optional<std::string>> variables_from_object(const JsonSource& source) {
  if (source.tokens[0].kind != JsonKind::object) return not_allowed(source.text);
  std::vector<Pair> pairs;
  for (const std::uint32_t member : source.tokens.children(0)) {
    std::string name = decode_json_string(source.key(member));
    if (source.tokens[member].kind != JsonKind::string) return not_allowed(name);
    pairs.push_back({std::move(name), std::string(source.token(member))});
  }
  return variables(pairs);
}

Result<std::optional<std::string>> variables_from_lines(std::string_view text) {
  std::vector<Pair> pairs;
  for (const std::string_view line : split_lines(text)) {
    if (is_blank(line)) continue;
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) return not_allowed(line);
    pairs.push_back(
        {std::string(trim(line.substr(0, equals))), quote_json_string(line.substr(equals + 1))});
  }
  return variables(pairs);
}

Result<std::optional<std::string>> words_as_json(FieldType type, std::vector<std::string> words) {
  for (std::string& word : words) {
    if (is_blank(word)) return not_allowed(word);
    if (type != FieldType::stages) continue;
    const auto stage = parse_stage(word);
    if (!stage) return not_allowed(word);
    word = to_string(*stage);
  }
  if (words.empty()) return std::optional<std::string>{};
  if (type == FieldType::stages && !parse_workflow(words)) {
    return not_allowed(fmt::format("{}", fmt::join(words, ", ")));
  }
  return std::optional(join_array(words));
}

}  // namespace

Result<std::optional<std::string>> list_as_json(FieldType type, const FieldValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) {
    if (type == FieldType::variables) return variables_from_lines(*text);
    if (type == FieldType::days) return days_from_words(read_words(*text));
    return words_as_json(type, read_words(*text));
  }
  const std::string json = to_json_text(value);
  auto tokens = JsonTokens::scan(json);
  if (!tokens) return not_allowed(json);
  const JsonSource source{json, *tokens};
  if (type == FieldType::variables) return variables_from_object(source);
  if (type == FieldType::days && source.tokens[0].kind == JsonKind::object) {
    return days_from_object(source);
  }
  LOOP_TRY(auto words, read_array(source));
  if (type == FieldType::days) return days_from_words(words);
  return words_as_json(type, std::move(words));
}

}  // namespace loop
