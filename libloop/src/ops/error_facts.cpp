// SPDX-License-Identifier: MIT
// Reading error_context: a free object with a few members that mean something.
#include "ops/error_facts.hpp"

#include "loop/base/text.h"
#include "ops/field_faults.hpp"
#include "ops/file_guard.hpp"

#include <boost/json.hpp>

namespace loop::ops {

namespace {

namespace json = boost::json;

constexpr std::size_t kErrorBytesMax = 1000;
constexpr std::int64_t kTextMax = 4096;

std::string path_of(std::string_view member) { return "error_context." + std::string(member); }

const json::value* given(const json::object& context, std::string_view member) {
  const json::value* value = context.if_contains(member);
  return value == nullptr || value->is_null() ? nullptr : value;
}

Result<std::optional<std::string>> text_of(const json::object& context, std::string_view member) {
  const json::value* value = given(context, member);
  if (value == nullptr) return std::optional<std::string>();
  LOOP_TRY(std::string text, text_value(path_of(member), *value, 1, kTextMax));
  return std::optional(std::move(text));
}

// An error may be as long as it likes, and any JSON: it is only shown.
std::string error_of(const json::object& context) {
  for (const std::string_view member : {"error", "error_message", "message"}) {
    const json::value* value = given(context, member);
    if (value == nullptr) continue;
    const std::string text =
        value->is_string() ? std::string(value->get_string()) : json::serialize(*value);
    return ellipsize(to_single_line(trim(text)), kErrorBytesMax);
  }
  return context.empty() ? "not said" : ellipsize(json::serialize(context), kErrorBytesMax);
}

}  // namespace

Result<ErrorFacts> read_error_facts(const AnyObject& context) {
  const json::value parsed = json::parse(context.json);
  const json::object& members = parsed.get_object();
  ErrorFacts facts{.error = error_of(members)};
  LOOP_TRY(const auto code, text_of(members, "code"));
  facts.code = code.value_or("");
  LOOP_TRY(const auto command, text_of(members, "command"));
  facts.command = to_single_line(command.value_or(""));
  LOOP_TRY(const auto file_path, text_of(members, "file_path"));
  if (file_path) {
    LOOP_TRY(facts.file_path, path_argument(path_of("file_path"), *file_path));
  }
  LOOP_TRY(facts.backup_path, text_of(members, "backup_path"));
  LOOP_TRY(facts.checkpoint, text_of(members, "checkpoint"));
  LOOP_TRY(const auto mode, text_of(members, "mode"));
  if (mode) facts.mode = ModeSlug(ellipsize(to_single_line(*mode), 100));
  if (const json::value* resolved = given(members, "resolved")) {
    if (!resolved->is_bool()) return wrong_type(path_of("resolved"), *resolved, "true or false");
    facts.is_resolved = resolved->get_bool();
  }
  return facts;
}

}  // namespace loop::ops
