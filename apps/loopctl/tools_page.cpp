// SPDX-License-Identifier: MIT
// docs/tools.md, made from the table of operations.
#include <fmt/format.h>

#include "help.hpp"
#include "loop/ops/operation.h"

namespace loopctl {

using loop::FieldInfo;
using loop::FieldKind;

namespace {

std::string range_words(const FieldInfo& field, std::string_view unit) {
  if (!field.least && !field.most) return "";
  if (!field.most) return fmt::format(", {}{} or more", *field.least, unit);
  return fmt::format(", {} to {}{}", field.least.value_or(0), *field.most, unit);
}

std::string text_words(const FieldInfo& field) {
  const std::string range = range_words(field, " characters");
  switch (field.format) {
    case loop::TextFormat::plain: return "text" + range;
    case loop::TextFormat::path: return "path" + range;
    case loop::TextFormat::instant: return "time";
  }
  return "";
}

std::string type_words(const FieldInfo& field) {
  switch (field.kind) {
    case FieldKind::text: return text_words(field);
    case FieldKind::choice: return fmt::format("{}", fmt::join(field.words, ", "));
    case FieldKind::flag: return "true or false";
    case FieldKind::integer: return "whole number" + range_words(field, "");
    case FieldKind::number: return "number" + range_words(field, "");
    case FieldKind::list:
      return fmt::format("list of {}{}", type_words(field.items[0]),
                         range_words(field, " elements"));
    case FieldKind::object: return "object";
  }
  return "";
}

std::string default_words(const FieldInfo& field) {
  if (field.is_required) return "required";
  return field.default_json.empty() ? "" : fmt::format("`{}`", table_cell(field.default_json));
}

// The fields of an object, or of the objects in a list.
const std::vector<FieldInfo>& inner_fields(const FieldInfo& field) {
  return field.kind == FieldKind::list ? field.items[0].fields : field.fields;
}

void add_request_rows(std::string& text, const std::vector<FieldInfo>& fields,
                      const std::string& prefix) {
  for (const FieldInfo& field : fields) {
    text +=
        fmt::format("| `{}{}` | {} | {} | {} |\n", prefix, field.name,
                    table_cell(type_words(field)), default_words(field), table_cell(field.meaning));
    add_request_rows(text, inner_fields(field), prefix + field.name + ".");
  }
}

void add_answer_rows(std::string& text, const std::vector<FieldInfo>& fields,
                     const std::string& prefix) {
  for (const FieldInfo& field : fields) {
    text += fmt::format("| `{}{}` | {} | {} |\n", prefix, field.name, table_cell(type_words(field)),
                        table_cell(field.meaning));
    add_answer_rows(text, inner_fields(field), prefix + field.name + ".");
  }
}

std::string hint_words(const loop::OperationHints& hints) {
  if (hints.is_read_only) return "Reads only.";
  std::string text =
      hints.is_destructive ? "May overwrite or remove." : "Writes, overwrites nothing.";
  if (hints.is_idempotent) text += " A repeated call changes nothing more.";
  if (hints.is_open_world) text += " Starts programs.";
  return text;
}

std::string operation_section(const loop::Operation& operation) {
  const loop::OperationInfo& info = operation.info();
  std::string text = fmt::format("\n## {}\n\n{}: {} {}\n", info.name, info.title, info.meaning,
                                 hint_words(info.hints));
  const auto request = operation.request_fields();
  if (!request.empty()) {
    text += "\n| Argument | Type | Default | Meaning |\n|---|---|---|---|\n";
    add_request_rows(text, request, "");
  }
  text += "\n| Answer | Type | Meaning |\n|---|---|---|\n";
  add_answer_rows(text, operation.answer_fields(), "");
  return text;
}

}  // namespace

std::string tools_page() {
  std::string text =
      "# Operations\n\n"
      "<!-- Written by `loopctl __docs tools`; a test fails when the two differ. -->\n\n"
      "What agents and programs can ask of a workspace: `loopctl call NAME JSON`. Arguments are\n"
      "checked before anything happens; unknown ones are refused. Paths are relative to the\n"
      "workspace's root, and nothing outside of it can be reached. Every answer has `success` and\n"
      "`timestamp`; fields without a value are left out. A refusal is\n"
      "`{\"success\":false,\"error\":...,\"code\":...,\"hint\":...}` with one of these codes:\n"
      "`invalid_argument`, `invalid_data`, `not_found`, `outside_root`, `too_large`,\n"
      "`limit_reached`, `conflict`, `locked`, `not_trusted`, `unsupported`, `timed_out`,\n"
      "`cancelled`, `no_space`, `read_only`, `io_error`.\n";
  for (const loop::Operation* operation : loop::operations()) text += operation_section(*operation);
  return text;
}

}  // namespace loopctl
