// SPDX-License-Identifier: MIT
// From the description of a request to options, and from arguments to a request.
#include "operation_command.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "commands/groups.hpp"
#include "commands/operation_calls.hpp"
#include "loop/base/text.h"
#include "front/surroundings.hpp"

namespace loopctl {

namespace json = boost::json;
using loop::FieldInfo;
using loop::FieldKind;
using loop::Result;

namespace {

constexpr std::size_t kStdinBytesMax = 64 * 1024 * 1024;

bool is_on_by_default(const FieldInfo& field) {
  return field.kind == FieldKind::flag && field.default_json == "true";
}

std::string with_dashes(std::string_view name) {
  std::string text(name);
  std::ranges::replace(text, '_', '-');
  return text;
}

std::string in_capitals(std::string_view name) {
  std::string text = with_dashes(name);
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

bool is_positional(const OperationCommand& row, const FieldInfo& field) {
  return std::ranges::find(row.positionals, field.name) != row.positionals.end();
}

std::string_view value_name(const FieldInfo& field) {
  switch (field.kind) {
    case FieldKind::flag: return "";
    case FieldKind::integer:
    case FieldKind::number: return "N";
    case FieldKind::choice: return "WORD";
    case FieldKind::object: return "JSON";
    case FieldKind::list: return value_name(field.items[0]);
    case FieldKind::text: break;
  }
  switch (field.format) {
    case loop::TextFormat::path: return "PATH";
    case loop::TextFormat::instant: return "TIME";
    case loop::TextFormat::plain: return "TEXT";
  }
  return "TEXT";
}

std::string plain_default(const FieldInfo& field) {
  std::string text = field.default_json;
  if (text.size() >= 2 && text.front() == '"') text = text.substr(1, text.size() - 2);
  return text;
}

Option option_of(const FieldInfo& field) {
  Option option{.name = option_name(field),
                .kind = ValueKind::text,
                .value_name = std::string(value_name(field)),
                .meaning = field.meaning,
                .repeats = field.kind == FieldKind::list};
  if (field.kind == FieldKind::flag) {
    option.kind = ValueKind::none;
    if (is_on_by_default(field)) option.meaning = "not: " + field.meaning;
    return option;
  }
  option.default_value = plain_default(field);
  option.allowed = field.words;
  if (field.kind == FieldKind::integer) {
    option.kind = ValueKind::integer;
    option.least = field.least.value_or(std::numeric_limits<std::int64_t>::min());
    option.most = field.most.value_or(std::numeric_limits<std::int64_t>::max());
  }
  return option;
}

Result<json::value> value_of(const FieldInfo& field, const std::string& text) {
  const auto is_json = field.kind == FieldKind::object || field.kind == FieldKind::number;
  if (field.kind == FieldKind::integer) return json::value(std::stoll(text));
  if (!is_json) return json::value(text);
  json::error_code failure;
  json::value value = json::parse(text, failure);
  if (!failure) return value;
  return loop::Error(
      loop::Errc::invalid_argument,
      fmt::format("--{}: \"{}\" is no JSON: {}", option_name(field),
                  loop::ellipsize(loop::to_single_line(text), 80), failure.message()));
}

Result<json::value> list_of(const FieldInfo& field, const std::vector<std::string>& texts) {
  json::array list;
  for (const std::string& text : texts) {
    LOOP_TRY(json::value value, value_of(field.items[0], text));
    list.push_back(std::move(value));
  }
  return json::value(std::move(list));
}

loop::Status add_option(const FieldInfo& field, const Arguments& arguments, json::object& request) {
  const std::string name = option_name(field);
  if (!arguments.has(name)) return {};
  if (field.kind == FieldKind::flag) {
    request[field.name] = !is_on_by_default(field);
  } else if (field.kind == FieldKind::list) {
    LOOP_TRY(request[field.name], list_of(field, arguments.texts(name)));
  } else {
    LOOP_TRY(request[field.name], value_of(field, *arguments.text(name)));
  }
  return {};
}

const FieldInfo& field_named(const std::vector<FieldInfo>& fields, std::string_view name) {
  const auto found =
      std::ranges::find_if(fields, [&](const FieldInfo& field) { return field.name == name; });
  LOOP_CHECK(found != fields.end());
  return *found;
}

}  // namespace

std::string option_name(const FieldInfo& field) {
  return (is_on_by_default(field) ? "no-" : "") + with_dashes(field.name);
}

const OperationCommand* find_operation_command(std::string_view word) {
  for (const OperationCommand& row : operation_commands()) {
    if (row.word == word) return &row;
  }
  return nullptr;
}

Command command_of(const OperationCommand& row) {
  const loop::Operation* operation = loop::find_operation(row.operation);
  LOOP_CHECK(operation != nullptr);
  const std::vector<FieldInfo> fields = operation->request_fields();
  Command command{
      .path = {std::string(row.word)},
      .summary = std::string(row.summary),
      .details = fmt::format("The operation `{}`. {}", row.operation, operation->info().meaning),
      .effect = operation->info().hints.is_read_only ? Effect::reads : Effect::writes,
      .handler = call_operation_command};
  for (const std::string_view name : row.positionals) {
    const FieldInfo& field = field_named(fields, name);
    command.positionals.push_back(
        {.name = in_capitals(name),
         .meaning = field.meaning + (name == row.from_stdin ? "; standard input when absent" : ""),
         .required = field.is_required && name != row.from_stdin});
  }
  for (const FieldInfo& field : fields) {
    if (!is_positional(row, field)) command.options.push_back(option_of(field));
  }
  return command;
}

Result<json::object> request_of(const OperationCommand& row, const Arguments& arguments) {
  const std::vector<FieldInfo> fields = loop::find_operation(row.operation)->request_fields();
  json::object request;
  for (std::size_t i = 0; i < row.positionals.size(); ++i) {
    const FieldInfo& field = field_named(fields, row.positionals[i]);
    if (i < arguments.positionals().size()) {
      LOOP_TRY(request[field.name], value_of(field, arguments.positional(i)));
    } else if (field.name == row.from_stdin) {
      LOOP_TRY(request[field.name], front::read_user_file("-", kStdinBytesMax));
    }
  }
  for (const FieldInfo& field : fields) {
    if (!is_positional(row, field)) LOOP_TRY_VOID(add_option(field, arguments, request));
  }
  return request;
}

}  // namespace loopctl
