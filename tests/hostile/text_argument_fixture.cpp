// SPDX-License-Identifier: MIT
// Walking the descriptions; what a free object takes is in a table of its own.
#include "hostile/text_argument.hpp"

#include "loop/domain/schedule_fields.h"
#include "support/catch.hpp"

namespace loop::test {

namespace json = boost::json;

namespace {

// Where what is required is not enough to reach the work.
const json::object& example_requests() {
  static const json::object all = json::parse(R"({
    "manage_schedules": {"action": "create", "schedule_data": {"name": "nightly", "mode": "code",
      "taskInstructions": "tidy up", "scheduleType": "manual"}},
    "track_task_time": {"task_description": "a session", "mode": "code"},
    "update_persistent_memory": {"section": "patterns", "content": "it works"},
    "switch_mode": {"target_mode": "code"},
    "read_project_file": {"file_path": "inside.txt"},
    "write_project_file": {"file_path": "written.txt", "content": "overwritten"},
    "backup_file": {"file_path": "inside.txt"},
    "restore_file": {"file_path": "inside.txt"},
    "search_in_files": {"pattern": "."},
    "run_validation": {"validation_type": "file_integrity"},
    "error_recovery": {"operation": "the tests", "error_context": {"error": "one failed"},
      "recovery_strategy": "rollback"},
    "delegate_task": {"task_description": "echo hello", "agent": "shell"},
    "get_run": {"run_id": "none"},
    "cancel_run": {"run_id": "none"}})")
                                      .as_object();
  return all;
}

json::value least_value(const FieldInfo& field) {
  switch (field.kind) {
    case FieldKind::text: return "a";
    case FieldKind::choice: return json::value(field.words[0]);
    case FieldKind::flag: return true;
    case FieldKind::integer:
    case FieldKind::number: return field.least.value_or(1);
    case FieldKind::list: return json::array{};
    case FieldKind::object: return json::object{};
  }
  return nullptr;
}

FieldInfo text_field(std::string name, TextFormat format) {
  FieldInfo field;
  field.name = std::move(name);
  field.format = format;
  return field;
}

std::vector<FieldInfo> error_context_fields() {
  std::vector<FieldInfo> fields;
  for (const char* name : {"error", "code", "command", "mode"}) {
    fields.push_back(text_field(name, TextFormat::plain));
  }
  for (const char* name : {"file_path", "backup_path", "checkpoint"}) {
    fields.push_back(text_field(name, TextFormat::path));
  }
  return fields;
}

std::vector<FieldInfo> schedule_data_fields() {
  std::vector<FieldInfo> fields;
  for (const ScheduleFieldInfo& info : schedule_fields()) {
    fields.push_back(text_field(std::string(info.key), info.type == FieldType::path
                                                           ? TextFormat::path
                                                           : TextFormat::plain));
  }
  return fields;
}

// What is read inside of an object of any shape. A new one has to be told here.
std::vector<FieldInfo> members_of(const Operation& operation, const FieldInfo& field) {
  const std::string name = std::string(operation.info().name) + " " + field.name;
  if (name == "error_recovery error_context") return error_context_fields();
  if (name == "manage_schedules schedule_data") return schedule_data_fields();
  if (name == "manage_schedules update_fields") return schedule_data_fields();
  FAIL("nothing is known of the free object " << name);
  return {};
}

void collect(const Operation& operation, const std::vector<FieldInfo>& fields,
             const std::vector<std::string>& place, std::vector<TextArgument>& found) {
  for (const FieldInfo& field : fields) {
    std::vector<std::string> inner = place;
    inner.push_back(field.name);
    if (field.kind == FieldKind::text && field.format != TextFormat::instant) {
      found.push_back({&operation, inner, field});
    }
    if (field.kind == FieldKind::list && field.items[0].kind == FieldKind::text) {
      inner.emplace_back("[]");
      FieldInfo item = field.items[0];
      item.name = field.name;
      found.push_back({&operation, inner, item});
    }
    if (field.kind == FieldKind::object) {
      const bool is_free = field.fields.empty();
      collect(operation, is_free ? members_of(operation, field) : field.fields, inner, found);
    }
  }
}

}  // namespace

std::string TextArgument::shown() const {
  std::string text = tool();
  for (const std::string& name : place) text += " " + name;
  return text;
}

bool TextArgument::is_pattern() const { return field.name.find("pattern") != std::string::npos; }

json::object TextArgument::request_with(std::string_view text) const {
  json::object request = good_request(*operation);
  json::object* inside = &request;
  for (std::size_t at = 0; at + 1 < place.size(); ++at) {
    if (place[at + 1] == "[]") {
      (*inside)[place[at]] = json::array{json::value(text)};
      return request;
    }
    json::value& member = (*inside)[place[at]];
    if (!member.is_object()) member.emplace_object();
    inside = &member.get_object();
  }
  (*inside)[place.back()] = json::value(text);
  if (place[0] == "update_fields") {
    request["action"] = "update";
    request["schedule_id"] = "nightly";
    request.erase("schedule_data");
  }
  return request;
}

std::vector<TextArgument> text_arguments() {
  std::vector<TextArgument> found;
  for (const Operation* operation : operations()) {
    collect(*operation, operation->request_fields(), {}, found);
  }
  return found;
}

json::object good_request(const Operation& operation) {
  json::object request;
  for (const FieldInfo& field : operation.request_fields()) {
    if (field.is_required) request[field.name] = least_value(field);
  }
  const json::value* example = example_requests().if_contains(operation.info().name);
  if (example == nullptr) return request;
  for (const auto& member : example->get_object()) request[member.key()] = member.value();
  return request;
}

}  // namespace loop::test
