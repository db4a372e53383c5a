// SPDX-License-Identifier: MIT
// Which definition a message has to match.
#include "mcp/schema_tap.hpp"

#include <fstream>
#include <iterator>

#include "support/catch.hpp"

namespace mcp::test {

namespace json = boost::json;

namespace {

std::string schema_path(Revision revision) {
  return std::string(LOOP_SHARED_DIR) + "/reference/mcp-schema/" +
         std::string(to_string(revision)) + ".json";
}

// The definition whose property "method" is this constant; "Request" or "Notification" at its end.
std::string definition_of(const JsonSchema& schema, std::string_view method,
                          std::string_view ending) {
  for (const auto& [name, definition] : schema.definitions()) {
    if (!std::string_view(name).ends_with(ending)) continue;
    const json::value* properties = definition.as_object().if_contains("properties");
    if (properties == nullptr) continue;
    const json::value* own = properties->as_object().if_contains("method");
    if (own == nullptr) continue;
    const json::value* constant = own->as_object().if_contains("const");
    if (constant != nullptr && constant->is_string() && constant->get_string() == method) {
      return std::string(name);
    }
  }
  return {};
}

}  // namespace

bool SchemaTap::is_available() { return std::ifstream(schema_path(kNewestModern)).good(); }

const JsonSchema& SchemaTap::schema(Revision revision) {
  auto& known = schemas_[revision];
  if (!known) {
    std::ifstream in(schema_path(revision), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    known = std::make_unique<JsonSchema>(json::parse(text).as_object());
  }
  return *known;
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
  std::string name = definition_of(rules, asked->second.method, "Request");
  REQUIRE_FALSE(name.empty());
  name.replace(name.size() - std::string("Request").size(), std::string::npos, "Result");
  return rules.check(rules.has(name) ? name : "EmptyResult", message.at("result"));
}

void SchemaTap::check_from_server(const json::object& message) {
  if (!is_available()) return;
  INFO(json::serialize(message));
  std::vector<std::string> findings;
  if (!message.contains("method")) {
    findings = check_response(message);
  } else {
    const JsonSchema& rules = schema(last_);
    const std::string method(message.at("method").as_string());
    const std::string name = definition_of(rules, method, "Notification");
    INFO(method << " in " << to_string(last_));
    REQUIRE_FALSE(name.empty());
    findings = rules.check(name, message);
  }
  CHECK(findings == std::vector<std::string>{});
}

}  // namespace mcp::test
