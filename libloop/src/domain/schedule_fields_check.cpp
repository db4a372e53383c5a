// SPDX-License-Identifier: MIT
// Checks of the values that people and agents give, by the type that the table says.
#include "loop/domain/schedule_book.h"
#include "loop/domain/schedule_fields.h"

#include "loop/base/text.h"
#include "loop/domain/zone.h"
#include "loop/store/relative_path.h"

#include "domain/json_tokens.hpp"
#include "domain/schedule_book_keys.hpp"
#include "domain/schedule_fields_lists.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <chrono>

namespace loop {

namespace {

constexpr std::size_t kShownBytesMax = 80;

// Kept by the program itself, and known to everybody who reads the file.
constexpr std::string_view kNotSettable[] = {
    "id",         "createdAt",         "updatedAt", "lastExecutionTime", "lastSkippedTime",
    "lastTaskId", "nextExecutionTime",
};

Error refuse(const ScheduleFieldInfo& field, std::string_view value, std::string_view hint = {}) {
  return Error(Errc::invalid_argument,
               fmt::format("{}: \"{}\" is not allowed{}; allowed: {}", field.key,
                           ellipsize(to_single_line(to_valid_utf8(value)), kShownBytesMax), hint,
                           field.allowed));
}

// What a value says when it is one text, number or flag.
std::optional<std::string> scalar_text(const FieldValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* is_set = std::get_if<bool>(&value)) return *is_set ? "true" : "false";
  if (const auto* number = std::get_if<std::int64_t>(&value)) return fmt::to_string(*number);
  const std::string_view json = trim(std::get<JsonText>(value).text);
  if (json.starts_with('{') || json.starts_with('[')) return std::nullopt;
  return json.starts_with('"') ? decode_json_string(json) : std::string(json);
}

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

bool is_real_date(std::string_view text) {
  return text.size() == 10 && parse_instant(std::string(text) + "T00:00:00Z").has_value();
}

bool is_slug(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  });
}

Result<FieldValue> check_text(const ScheduleFieldInfo& field, std::string text) {
  const bool has_break = text.find_first_of("\r\n") != std::string::npos;
  if (field.type == FieldType::line && has_break)
    return refuse(field, text, " (more than one line)");
  if (field.type == FieldType::slug && !is_slug(text)) return refuse(field, text);
  return FieldValue(std::move(text));
}

Result<FieldValue> check_choice(const ScheduleFieldInfo& field, std::string_view text) {
  std::vector<std::string> words;
  for (const std::string_view word : split(field.allowed, ',')) words.emplace_back(trim(word));
  if (std::find(words.begin(), words.end(), text) == words.end()) {
    return refuse(field, text, did_you_mean(text, words));
  }
  return FieldValue(std::string(text));
}

// Roo Scheduler keeps its numbers as strings; ours are numbers.
FieldValue number_for(const ScheduleFieldInfo& field, std::int64_t number) {
  if (field.key.starts_with("loop.")) return number;
  return fmt::to_string(number);
}

Result<FieldValue> check_number(const ScheduleFieldInfo& field, std::string_view text) {
  const auto number = whole_number(text);
  if (!number || *number < field.min || *number > field.max) return refuse(field, text);
  if (field.type == FieldType::two_digits) return FieldValue(fmt::format("{:02}", *number));
  return number_for(field, *number);
}

Result<FieldValue> check_seconds(const ScheduleFieldInfo& field, std::string_view text) {
  const auto duration = parse_duration(text);
  if (!duration || duration->count() % 1000 != 0) return refuse(field, text);
  const std::int64_t seconds = duration->count() / 1000;
  if (seconds < field.min || seconds > field.max) return refuse(field, text);
  return FieldValue(seconds);
}

Status check_parsed(const ScheduleFieldInfo& field, const std::string& text) {
  const auto judge = [&](const auto& parsed) -> Status {
    if (parsed) return {};
    return Error(Errc::invalid_argument,
                 fmt::format("{}: {}", field.key, parsed.error().message()));
  };
  if (field.type == FieldType::zone) return judge(Zone::find(text));
  if (field.type == FieldType::cron) return judge(CronExpression::parse(text));
  if (field.type == FieldType::path) return judge(RelativePath::parse(text));
  return judge(parse_duration(text));
}

Result<FieldValue> check_scalar(const ScheduleFieldInfo& field, const std::string& text) {
  switch (field.type) {
    case FieldType::text:
    case FieldType::line:
    case FieldType::slug: return check_text(field, text);
    case FieldType::choice: return check_choice(field, text);
    case FieldType::flag:
      if (text != "true" && text != "false") return refuse(field, text);
      return FieldValue(text == "true");
    case FieldType::count:
    case FieldType::two_digits: return check_number(field, text);
    case FieldType::date:
      if (!is_real_date(text)) return refuse(field, text);
      return FieldValue(text);
    case FieldType::seconds: return check_seconds(field, text);
    case FieldType::duration:
    case FieldType::zone:
    case FieldType::cron:
    case FieldType::path: {
      LOOP_TRY_VOID(check_parsed(field, text));
      return FieldValue(text);
    }
    case FieldType::days:
    case FieldType::words:
    case FieldType::stages:
    case FieldType::variables: break;
  }
  return refuse(field, text);
}

bool is_list(FieldType type) {
  return type == FieldType::days || type == FieldType::words || type == FieldType::stages ||
         type == FieldType::variables;
}

// Empty is how Roo Scheduler writes that these are not set.
bool stays_empty(const ScheduleFieldInfo& field) {
  return field.type == FieldType::date || field.type == FieldType::two_digits ||
         (field.type == FieldType::line && !field.key.starts_with("loop."));
}

Result<std::optional<FieldValue>> check_value(const ScheduleFieldInfo& field,
                                              const std::optional<FieldValue>& value) {
  const auto text = value ? scalar_text(*value) : std::string{};
  if (text && (find_invalid_utf8(*text) || text->find('\0') != std::string::npos)) {
    return refuse(field, *text, " (not UTF-8, or with a NUL byte)");
  }
  if (text && is_blank(*text)) {
    if (field.is_required) {
      return Error(Errc::invalid_argument, fmt::format("{} cannot be blank or removed; allowed: {}",
                                                       field.key, field.allowed));
    }
    if (value && stays_empty(field)) return std::optional<FieldValue>("");
    return std::optional<FieldValue>{};
  }
  if (is_list(field.type)) {
    const auto list = list_as_json(field.type, *value);
    if (!list) return refuse(field, list.error().message());
    if (!*list) return std::optional<FieldValue>{};
    return std::optional<FieldValue>(JsonText{**list});
  }
  if (!text) return refuse(field, std::get<JsonText>(*value).text);
  LOOP_TRY(auto checked, check_scalar(field, *text));
  return std::optional<FieldValue>(std::move(checked));
}

Error unknown_key(std::string_view key) {
  if (std::find(std::begin(kNotSettable), std::end(kNotSettable), key) != std::end(kNotSettable)) {
    return Error(Errc::invalid_argument,
                 fmt::format("{} is kept by the program; it cannot be set", key));
  }
  std::vector<std::string> known;
  for (const ScheduleFieldInfo& field : schedule_fields()) known.emplace_back(field.key);
  return Error(Errc::invalid_argument,
               fmt::format("a schedule has no field \"{}\"{}; fields: {}",
                           ellipsize(to_single_line(to_valid_utf8(key)), kShownBytesMax),
                           did_you_mean(key, known), fmt::join(known, ", ")));
}

// Whatever follows may rely on JsonText being JSON; null is the removal of the key.
Status settle_json(FieldChange& change) {
  const auto* json = change.value ? std::get_if<JsonText>(&*change.value) : nullptr;
  if (json == nullptr) return {};
  const auto tokens = JsonTokens::scan(json->text);
  if (!tokens) {
    return Error(Errc::invalid_argument,
                 fmt::format("{}: {}", change.key, tokens.error().message()));
  }
  if ((*tokens)[0].kind == JsonKind::null) change.value.reset();
  return {};
}

// A whole object "loop" is a change of the members that it has.
Status expand_extension(const FieldChange& change, std::vector<FieldChange>& expanded) {
  const auto* json = change.value ? std::get_if<JsonText>(&*change.value) : nullptr;
  const auto tokens = JsonTokens::scan(json != nullptr ? json->text : "null");
  if (!tokens || (*tokens)[0].kind != JsonKind::object) {
    return Error(Errc::invalid_argument,
                 "loop: an object is expected, such as {\"catchup\":\"one\"}");
  }
  for (const std::uint32_t member : tokens->children(0)) {
    const JsonNode& node = (*tokens)[member];
    const std::string_view key =
        std::string_view(json->text).substr(node.key_begin, node.key_end - node.key_begin);
    FieldChange inner{"loop." + decode_json_string(key), {}};
    if (node.kind != JsonKind::null) {
      inner.value = JsonText{json->text.substr(node.begin, node.end - node.begin)};
    }
    expanded.push_back(std::move(inner));
  }
  return {};
}

}  // namespace

Result<std::vector<FieldChange>> check_fields(std::vector<FieldChange> fields) {
  std::vector<FieldChange> expanded;
  for (FieldChange& change : fields) {
    change.key = to_known_key(change.key);
    if (change.key == "loop") {
      LOOP_TRY_VOID(expand_extension(change, expanded));
    } else {
      expanded.push_back(std::move(change));
    }
  }
  std::vector<std::string_view> given;
  for (FieldChange& change : expanded) {
    const ScheduleFieldInfo* field = find_schedule_field(change.key);
    if (field == nullptr) return unknown_key(change.key);
    if (std::ranges::find(given, field->key) != given.end()) {
      return Error(Errc::invalid_argument,
                   fmt::format("{} is given twice, in two spellings", field->key));
    }
    given.push_back(field->key);
    change.key = field->key;
    LOOP_TRY_VOID(settle_json(change));
    LOOP_TRY(change.value, check_value(*field, change.value));
  }
  return expanded;
}

}  // namespace loop
