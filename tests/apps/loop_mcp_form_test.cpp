// SPDX-License-Identifier: MIT
// The form of what the built server sends: names, schemas, lines, text.
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "apps/loopctl_fixture.hpp"
#include "mcp/tap/json_schema.hpp"
#include "support/catch.hpp"

using namespace loop::test;
namespace json = boost::json;

namespace {

const std::string kBegin =
    R"({"jsonrpc":"2.0","id":"begin","method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}})"
    "\n"
    R"({"jsonrpc":"2.0","method":"notifications/initialized"})"
    "\n";

std::string request(std::string_view id, std::string_view method, std::string_view params) {
  return fmt::format(R"({{"jsonrpc":"2.0","id":"{}","method":"{}","params":{{{}}}}})"
                     "\n",
                     id, method, params);
}

// The results by their ids; each line has to be a message, in UTF-8.
std::map<std::string, json::object> results(const LoopctlFixture& fixture,
                                            const std::string& requests) {
  ProgramSpec spec = fixture.spec({});
  spec.argv = {LOOP_MCP};
  spec.input = kBegin + requests;
  const ProgramResult run = run_program(spec);
  CHECK(run.code == 0);
  std::map<std::string, json::object> found;
  std::istringstream lines(run.out);
  for (std::string line; std::getline(lines, line);) {
    const json::object message = json::parse(line).as_object();
    CHECK(message.at("jsonrpc") == "2.0");
    if (!message.contains("result")) continue;
    found.emplace(message.at("id").as_string(), message.at("result").as_object());
  }
  return found;
}

json::array tools_of(const LoopctlFixture& fixture) {
  return results(fixture, request("tools", "tools/list", "")).at("tools").at("tools").as_array();
}

bool is_name_letter(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
         (byte >= '0' && byte <= '9') || byte == '_' || byte == '-' || byte == '.';
}

const std::set<std::string_view> kTypes{"object",  "array",   "string", "number",
                                        "integer", "boolean", "null"};
const std::set<std::string_view> kTexts{"title", "description", "format", "pattern", "$schema"};
const std::set<std::string_view> kCounts{"minLength", "maxLength",     "minItems",
                                         "maxItems",  "minProperties", "maxProperties"};
const std::set<std::string_view> kNumbers{"minimum", "maximum", "exclusiveMinimum",
                                          "exclusiveMaximum", "multipleOf"};

// Each keyword is one of JSON Schema 2020-12 and has the form that this gives it.
void check_schema(const json::value& schema) {
  INFO(json::serialize(schema));
  if (schema.is_bool()) return;
  for (const auto& [keyword, value] : schema.as_object()) {
    INFO(std::string_view(keyword));
    if (keyword == "type") {
      CHECK(kTypes.contains(value.as_string()));
    } else if (kTexts.contains(keyword)) {
      CHECK(value.is_string());
    } else if (kCounts.contains(keyword)) {
      CHECK(value.to_number<std::int64_t>() >= 0);
    } else if (kNumbers.contains(keyword)) {
      CHECK(value.is_number());
    } else if (keyword == "properties" || keyword == "$defs") {
      for (const auto& member : value.as_object()) check_schema(member.value());
    } else if (keyword == "items" || keyword == "additionalProperties") {
      check_schema(value);
    } else if (keyword == "anyOf" || keyword == "oneOf" || keyword == "allOf") {
      CHECK_FALSE(value.as_array().empty());
      for (const json::value& one : value.as_array()) check_schema(one);
    } else if (keyword == "required" || keyword == "enum") {
      CHECK_FALSE(value.as_array().empty());
    } else {
      CHECK((keyword == "const" || keyword == "default" || keyword == "examples"));
    }
  }
}

}  // namespace

TEST_CASE("mcp: tools have names of the allowed letters, each once") {
  LoopctlFixture fixture;
  fixture.make_workspace();
  std::set<std::string> names;
  for (const json::value& tool : tools_of(fixture)) {
    const std::string name(tool.at("name").as_string());
    INFO(name);
    CHECK(names.insert(name).second);
    CHECK((!name.empty() && name.size() <= 128));
    CHECK(std::ranges::all_of(name, is_name_letter));
  }
  CHECK(names.size() > 20);
}

TEST_CASE("mcp: the schemas of tools are objects of the form that their dialect has") {
  LoopctlFixture fixture;
  fixture.make_workspace();
  for (const json::value& tool : tools_of(fixture)) {
    for (const char* key : {"inputSchema", "outputSchema"}) {
      INFO(tool.at("name").as_string() << " " << key);
      const json::object& schema = tool.at(key).as_object();
      CHECK(schema.at("type") == "object");
      check_schema(schema);
      if (const json::value* required = schema.if_contains("required")) {
        for (const json::value& name : required->as_array()) {
          CHECK(schema.at("properties").as_object().contains(name.as_string()));
        }
      }
    }
  }
}

TEST_CASE("mcp: structures match the schemas of their tools") {
  LoopctlFixture fixture;
  fixture.make_workspace();
  fixture.write("TODO.md", "- [ ] a task\n- [x] done\n");
  const std::vector<std::pair<std::string, std::string>> calls{
      {"get_todo_status", "{}"},
      {"get_persistent_memory", "{}"},
      {"get_schedule_status", "{}"},
      {"get_system_status", "{}"},
      {"list_runs", "{}"},
      {"run_validation", R"({"validation_type":"system_health"})"},
      {"list_project_structure", "{}"},
      {"read_project_file", R"({"file_path":"TODO.md"})"},
      {"write_project_file", R"({"file_path":"a.txt","content":"x"})"},
      {"search_in_files", R"({"pattern":"task"})"}};
  std::string requests;
  for (const auto& [tool, arguments] : calls) {
    requests +=
        request(tool, "tools/call", fmt::format(R"("name":"{}","arguments":{})", tool, arguments));
  }
  const auto found = results(fixture, requests);
  json::object schemas;
  for (const json::value& tool : tools_of(fixture)) {
    schemas[tool.at("name").as_string()] = tool.at("outputSchema");
  }
  const mcp::test::JsonSchema rules(json::object{{"$defs", std::move(schemas)}});
  for (const auto& [tool, arguments] : calls) {
    INFO(tool << " " << json::serialize(found.at(tool)));
    REQUIRE(found.at(tool).contains("structuredContent"));
    CHECK(rules.check(tool, found.at(tool).at("structuredContent")) == std::vector<std::string>{});
  }
}

TEST_CASE("mcp: texts of many lines go out on one line") {
  LoopctlFixture fixture;
  fixture.make_workspace();
  const std::string text =
      "one\ntwo\r\nthree\xE2\x80\xA8"
      "four\x1F\n";
  fixture.write("lines.txt", text);
  const auto found = results(
      fixture, request("read", "tools/call",
                       R"("name":"read_project_file","arguments":{"file_path":"lines.txt"})"));
  CHECK(found.at("read").at("structuredContent").at("content").as_string() == text);
}

TEST_CASE("mcp: bytes that are no text do not get into the protocol") {
  LoopctlFixture fixture;
  fixture.make_workspace();
  fixture.write("bytes.txt", "text \xFF\xC3( \xED\xA0\x80 end\n");
  fixture.write("TODO.md", "- [ ] a \xFF task\n");
  const auto found = results(
      fixture, request("read", "tools/call",
                       R"("name":"read_project_file","arguments":{"file_path":"bytes.txt"})") +
                   request("search", "tools/call",
                           R"("name":"search_in_files","arguments":{"pattern":"text"})") +
                   request("todo", "resources/read", R"("uri":"loop://todo")"));
  CHECK(found.contains("read"));
  CHECK(found.at("search").contains("structuredContent"));
}
