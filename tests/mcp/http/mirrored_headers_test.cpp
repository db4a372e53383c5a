// SPDX-License-Identifier: MIT
// Headers that repeat the body: missing, different, encoded.
#include "mcp/http/mirrored_headers.hpp"

#include <boost/json.hpp>

#include "support/catch.hpp"

using namespace mcp;
namespace http = boost::beast::http;
namespace json = boost::json;

namespace {

Request request(std::string method, json::object params = {}) {
  params["_meta"] = json::object{{"io.modelcontextprotocol/protocolVersion", "2026-07-28"}};
  return {RequestId(1), std::move(method), std::move(params)};
}

http::fields head(const std::vector<std::pair<std::string, std::string>>& values) {
  http::fields fields;
  fields.set("MCP-Protocol-Version", "2026-07-28");
  for (const auto& [name, value] : values) fields.set(name, value);
  return fields;
}

bool agrees(const http::fields& fields, const Request& message) {
  const auto error = check_mirrored_headers(fields, message);
  if (error) CHECK(error->code == ErrorCode::header_mismatch);
  return !error;
}

Tool tool_with(const char* schema) {
  return {.name = "t", .input_schema = json::parse(schema).as_object(), .run = nullptr};
}

bool agrees(const std::vector<std::pair<std::string, std::string>>& values, const Tool& tool,
            const char* arguments) {
  return !check_param_headers(head(values), tool, json::parse(arguments).as_object());
}

}  // namespace

TEST_CASE("mirrored headers: version, method and name are there and equal") {
  const Request list = request("tools/list");
  CHECK(agrees(head({{"mcp-method", "tools/list"}}), list));
  CHECK_FALSE(agrees(head({}), list));
  CHECK_FALSE(agrees(head({{"Mcp-Method", "TOOLS/LIST"}}), list));
  CHECK_FALSE(agrees(head({{"Mcp-Method", "prompts/list"}}), list));
  http::fields no_version = head({{"Mcp-Method", "tools/list"}});
  no_version.erase("MCP-Protocol-Version");
  CHECK_FALSE(agrees(no_version, list));
  CHECK_FALSE(
      agrees(head({{"Mcp-Method", "tools/list"}, {"MCP-Protocol-Version", "2025-11-25"}}), list));

  const std::vector<std::pair<std::string, std::string>> named{
      {"tools/call", "name"},  {"prompts/get", "name"},    {"resources/read", "uri"},
      {"tasks/get", "taskId"}, {"tasks/update", "taskId"}, {"tasks/cancel", "taskId"}};
  for (const auto& [method, member] : named) {
    CAPTURE(method);
    const Request call = request(method, {{member, "it"}});
    CHECK(agrees(head({{"Mcp-Method", method}, {"Mcp-Name", "it"}}), call));
    CHECK(agrees(head({{"Mcp-Method", method}, {"Mcp-Name", "=?base64?aXQ=?="}}), call));
    CHECK_FALSE(agrees(head({{"Mcp-Method", method}}), call));
    CHECK_FALSE(agrees(head({{"Mcp-Method", method}, {"Mcp-Name", "other"}}), call));
    CHECK_FALSE(agrees(head({{"Mcp-Method", method}, {"Mcp-Name", "IT"}}), call));
  }
}

TEST_CASE("mirrored headers: values are decoded between the exact markers only") {
  CHECK(decode_header("=?base64?SGVsbG8=?=") == "Hello");
  CHECK(decode_header("=?base64?IHBhZGRlZCA=?=") == " padded ");
  CHECK(decode_header("=?base64?4pyT?=") == "\xe2\x9c\x93");
  CHECK(decode_header("=?base64?"
                      "?=") == "");
  CHECK(decode_header("=?BASE64?SGVsbG8=?=") == "=?BASE64?SGVsbG8=?=");
  CHECK(decode_header("=?base64?SGVsbG8=") == "=?base64?SGVsbG8=");
  CHECK(decode_header("SGVsbG8=") == "SGVsbG8=");
  CHECK_FALSE(decode_header("=?base64?SGVsbG8?="));
  CHECK_FALSE(decode_header("=?base64?SGVs!!!bG8=?="));
  CHECK_FALSE(decode_header("=?base64?=SGVsbG8?="));
  CHECK_FALSE(decode_header("=?base64?S===?="));
  CHECK_FALSE(decode_header("caf\xc3\xa9"));
}

TEST_CASE("mirrored headers: a tool's parameters are held against theirs") {
  const Tool tool = tool_with(R"({"type": "object", "properties": {
    "region": {"type": "string", "x-mcp-header": "Region"},
    "count": {"type": "integer", "x-mcp-header": "Count"},
    "dry": {"type": "boolean", "x-mcp-header": "Dry"},
    "place": {"type": "object", "properties": {"zone": {"type": "string", "x-mcp-header": "Zone"}}},
    "free": {"type": "string"}}})");
  CHECK(agrees({{"Mcp-Param-Region", "west"}}, tool, R"({"region": "west", "free": "x"})"));
  CHECK(agrees({{"mcp-param-region", "=?base64?d2VzdA==?="}}, tool, R"({"region": "west"})"));
  CHECK_FALSE(agrees({}, tool, R"({"region": "west"})"));
  CHECK_FALSE(agrees({{"Mcp-Param-Region", "West"}}, tool, R"({"region": "west"})"));
  CHECK(agrees({}, tool, R"({})"));
  CHECK(agrees({}, tool, R"({"region": null})"));
  CHECK_FALSE(agrees({{"Mcp-Param-Region", "west"}}, tool, R"({})"));
  CHECK_FALSE(agrees({{"Mcp-Param-Region", "null"}}, tool, R"({"region": null})"));
  CHECK(agrees({{"Mcp-Param-Count", "42"}}, tool, R"({"count": 42})"));
  CHECK(agrees({{"Mcp-Param-Count", "42.0"}}, tool, R"({"count": 42})"));
  CHECK_FALSE(agrees({{"Mcp-Param-Count", "42x"}}, tool, R"({"count": 42})"));
  CHECK_FALSE(agrees({{"Mcp-Param-Count", ""}}, tool, R"({"count": 0})"));
  CHECK(agrees({{"Mcp-Param-Dry", "true"}}, tool, R"({"dry": true})"));
  CHECK_FALSE(agrees({{"Mcp-Param-Dry", "True"}}, tool, R"({"dry": true})"));
  CHECK(agrees({{"Mcp-Param-Zone", "a"}}, tool, R"({"place": {"zone": "a"}})"));
  CHECK_FALSE(agrees({}, tool, R"({"place": {"zone": "a"}})"));
  CHECK(agrees({{"Mcp-Param-Unknown", "x"}}, tool, R"({})"));
}
