// SPDX-License-Identifier: MIT
// Which definition a message has to match.
#include "mcp/tap/schema_tap.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "mcp/protocol/methods.hpp"
#include "mcp/tap/skills_schema.hpp"
#include "support/catch.hpp"

namespace mcp::test {

namespace json = boost::json;

namespace {

std::string schema_path(std::string_view name) {
  return std::string(LOOP_SHARED_DIR) + "/reference/mcp-schema/" + std::string(name) + ".json";
}

std::unique_ptr<JsonSchema> read_schema(std::string_view name) {
  std::ifstream in(schema_path(name), std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  return std::make_unique<JsonSchema>(json::parse(text).as_object());
}

bool is_of_tasks(std::string_view method) {
  return method.starts_with("tasks/") || method == "notifications/tasks";
}

bool is_of_skills(std::string_view method) {
  return method.starts_with("skills/") || method == mcp::method::kDirectoryRead;
}

bool names_method(const json::object& definition, std::string_view method) {
  if (const json::value* all = definition.if_contains("allOf")) {
    return std::ranges::any_of(all->as_array(), [&](const json::value& one) {
      return names_method(one.as_object(), method);
    });
  }
  const json::value* properties = definition.if_contains("properties");
  if (properties == nullptr) return false;
  const json::value* own = properties->as_object().if_contains("method");
  if (own == nullptr) return false;
  const json::value* constant = own->as_object().if_contains("const");
  return constant != nullptr && constant->is_string() && constant->get_string() == method;
}

// The definition whose property "method" is this constant; "Request" or "Notification" at its end.
std::string definition_of(const JsonSchema& schema, std::string_view method,
                          std::string_view ending) {
  for (const auto& [name, definition] : schema.definitions()) {
    if (!std::string_view(name).ends_with(ending)) continue;
    if (names_method(definition.as_object(), method)) return std::string(name);
  }
  return {};
}

}  // namespace

Revision revision_of(const json::object& message, Revision legacy) {
  const json::value* params = message.if_contains("params");
  const json::value* meta = params != nullptr && params->is_object()
                                ? params->get_object().if_contains("_meta")
                                : nullptr;
  const bool is_modern = meta != nullptr && meta->is_object() &&
                         meta->get_object().contains(mcp::meta::kProtocolVersion);
  return is_modern ? kNewestModern : legacy;
}

bool SchemaTap::is_available() {
  return std::ifstream(schema_path(to_string(kNewestModern))).good();
}

const JsonSchema& SchemaTap::schema(Revision revision) {
  auto& known = schemas_[revision];
  if (!known) known = read_schema(to_string(revision));
  return *known;
}

const JsonSchema& SchemaTap::schema_of(std::string_view method, Revision revision) {
  static const JsonSchema skills(json::parse(kSkillsSchema).as_object());
  if (is_of_skills(method)) return skills;
  if (!is_of_tasks(method)) return schema(revision);
  if (!tasks_) tasks_ = read_schema("ext-tasks-draft");
  return *tasks_;
}

void SchemaTap::note_request(const json::object& message, Revision revision) {
  last_ = revision;
  const json::value* id = message.if_contains("id");
  const json::value* method = message.if_contains("method");
  if (id == nullptr || method == nullptr || !method->is_string()) return;
  asked_.insert_or_assign(json::serialize(*id), Asked{std::string(method->get_string()), revision});
}

void SchemaTap::check_negatives(const json::object& message, Revision revision) {
  CHECK(message.at("jsonrpc") == "2.0");
  if (message.contains("id")) CHECK_FALSE(message.at("id").is_null());
  if (const json::value* result = message.if_contains("result")) {
    const json::object& fields = result->as_object();
    CHECK(fields.contains("resultType") == is_modern(revision));
    if (!is_modern(revision)) {
      CHECK_FALSE(fields.contains("ttlMs"));
      CHECK_FALSE(fields.contains("cacheScope"));
    }
  }
  if (const json::value* error = message.if_contains("error")) {
    const std::int64_t code = error->at("code").as_int64();
    if (is_modern(revision)) CHECK((code != -32002 && code != -32042));
  }
}

std::vector<std::string> SchemaTap::check_response(const json::object& message) {
  const json::value* id = message.if_contains("id");
  const auto asked = id == nullptr ? asked_.end() : asked_.find(json::serialize(*id));
  const Revision revision = asked == asked_.end() ? last_ : asked->second.revision;
  check_negatives(message, revision);
  const JsonSchema& rules = schema(revision);
  if (message.contains("error")) {
    const char* name = rules.has("JSONRPCErrorResponse") ? "JSONRPCErrorResponse" : "JSONRPCError";
    return rules.check(name, message);
  }
  REQUIRE(asked != asked_.end());
  return check_result(asked->second, message.at("result"));
}

std::vector<std::string> SchemaTap::check_result(const Asked& asked, const json::value& result) {
  const json::value* type = result.as_object().if_contains("resultType");
  if (type != nullptr && *type == "task") {
    return schema_of("tasks/get", asked.revision).check("CreateTaskResult", result);
  }
  const JsonSchema& rules = schema_of(asked.method, asked.revision);
  if (type != nullptr && *type == "input_required") {
    return rules.check("InputRequiredResult", result);
  }
  std::string name = definition_of(rules, asked.method, "Request");
  REQUIRE_FALSE(name.empty());
  name.replace(name.size() - std::string("Request").size(), std::string::npos, "Result");
  return rules.check(rules.has(name) ? name : "EmptyResult", result);
}

void SchemaTap::check_from_client(const json::object& message, Revision revision) {
  note_request(message, revision);
  if (!is_available()) return;
  INFO("from the client, " << to_string(revision) << ": " << json::serialize(message));
  std::vector<std::string> findings;
  if (const json::value* method = message.if_contains("method")) {
    const std::string_view named(method->as_string());
    const JsonSchema& rules = schema_of(named, revision);
    const std::string name =
        definition_of(rules, named, message.contains("id") ? "Request" : "Notification");
    REQUIRE_FALSE(name.empty());
    findings = rules.check(name, message);
  } else if (const json::value* result = message.if_contains("result")) {
    const auto asked = asked_by_server_.find(json::serialize(message.at("id")));
    REQUIRE(asked != asked_by_server_.end());
    findings = check_result(asked->second, *result);
  }
  CHECK(findings == std::vector<std::string>{});
}

void SchemaTap::check_from_server(const json::object& message) {
  if (!is_available()) return;
  INFO(json::serialize(message));
  std::vector<std::string> findings;
  if (!message.contains("method")) {
    findings = check_response(message);
  } else {
    const std::string method(message.at("method").as_string());
    const JsonSchema& rules = schema_of(method, last_);
    const bool is_request = message.contains("id");
    if (is_request) {
      CHECK_FALSE(is_modern(last_));
      asked_by_server_.insert_or_assign(json::serialize(message.at("id")), Asked{method, last_});
    }
    const std::string name = definition_of(rules, method, is_request ? "Request" : "Notification");
    INFO(method << " in " << to_string(last_));
    REQUIRE_FALSE(name.empty());
    findings = rules.check(name, message);
  }
  CHECK(findings == std::vector<std::string>{});
}

}  // namespace mcp::test
