// SPDX-License-Identifier: MIT
// Requirements on tools.
#include "mcp/protocol/methods.hpp"
#include "mcp/requirements/play.hpp"
#include "mcp/requirements/requirement.hpp"

namespace mcp::test {

namespace {

namespace json = boost::json;

constexpr std::string_view kForms =
    "tests/apps/loop_mcp_form_test.cpp: mcp: tools have names of the allowed letters, each once";

constexpr Requirement kRows[]{
    {.id = "tools.capability",
     .source = "server/tools",
     .words = "a server with tools declares them, one without does not",
     .check =
         [](Play& play) {
           CHECK(play.capabilities().contains("tools"));
           ServerDefinition none = whole_definition();
           none.tools.clear();
           Play other(play.revision, std::move(none));
           CHECK_FALSE(other.capabilities().contains("tools"));
         }},
    {.id = "tools.list",
     .span = kModern,
     .source = "server/tools",
     .words = "tools/list gives the tools that there are",
     .check =
         [](Play& play) { CHECK_FALSE(play.result("tools/list").at("tools").as_array().empty()); }},
    {.id = "tools.same",
     .level = Level::must_not,
     .span = kModern,
     .source = "server/tools",
     .words = "the list does not depend on the connection, nor on earlier requests",
     .check =
         [](Play& play) {
           const auto before = play.result("tools/list").at("tools");
           play.tour();
           CHECK(play.result("tools/list").at("tools") == before);
           Play other(play.revision);
           CHECK(other.result("tools/list").at("tools") == before);
         }},
    {.id = "tools.order",
     .level = Level::should,
     .span = kModern,
     .source = "server/tools",
     .words = "the order of the list is always the same",
     .check =
         [](Play& play) {
           const auto tools = play.result("tools/list").at("tools").as_array();
           CHECK(tools.at(0).at("name") == "echo");
           CHECK(tools.at(1).at("name") == "fail");
           CHECK(play.result("tools/list").at("tools") == tools);
         }},
    {.id = "tools.changed",
     .level = Level::should,
     .source = "server/tools",
     .words = "clients are told when the list changes (those that listen, since 2026-07-28)",
     .check =
         [](Play& play) {
           CHECK(play.capabilities().at("tools").at("listChanged").as_bool());
           if (play.is_modern()) {
             play.say("subscriptions/listen", R"("notifications":{"toolsListChanged":true})");
           } else {
             play.notify(notification::kInitialized);
           }
           play.heard();
           play.talk.server.notify_tools_changed();
           CHECK(of_method(play.heard(), notification::kToolsChanged).size() == 1);
         }},
    {.id = "tools.errors",
     .level = Level::should,
     .source = "schema: CallToolResult",
     .words = "what goes wrong inside of a tool is its result, with isError",
     .check =
         [](Play& play) {
           const auto failed = play.result("tools/call", R"("name":"fail")");
           CHECK(failed.at("isError").as_bool());
           CHECK(failed.at("content").at(0).at("text") == "the disk is full");
         }},
    {.id = "tools.validate",
     .source = "server/tools",
     .words = "what tools are given is checked",
     .check =
         [](Play& play) {
           CHECK(play.refusal("tools/call", R"("name":"none")") == -32602);
           CHECK(play.refusal("tools/call", R"("name":7)") == -32602);
           CHECK(play.refusal("tools/call") == -32602);
           CHECK(play.refusal("tools/call", R"("name":"echo","arguments":[])") == -32602);
         }},
    {.id = "tools.access",
     .source = "server/tools",
     .words = "access is controlled",
     .shown_by =
         "tests/apps/loop_mcp_test.cpp: mcp: tools can be chosen, and those that write left "
         "out"},
    {.id = "tools.rate",
     .source = "server/tools",
     .words = "calls are limited",
     .check =
         [](Play& play) {
           play.talk.hold = true;
           play.talk.work.waiting_max = 1;
           play.say("tools/call", R"("name":"echo")");
           const auto refused = play.ask("tools/call", R"("name":"echo")");
           CHECK(refused.at("error").at("code") == -32603);
           play.talk.work.run_all();
           CHECK(play.heard().size() == 1);
         }},
    {.id = "tools.sanitize",
     .source = "server/tools",
     .words = "what tools give is made safe: bytes that are no text do not go out",
     .shown_by = "tests/apps/loop_mcp_form_test.cpp: mcp: bytes that are no text do not get into "
                 "the protocol"},
};

constexpr Requirement kFormRows[]{
    {.id = "tools.name_length",
     .level = Level::should,
     .span = since(Revision::v2025_11_25),
     .source = "server/tools",
     .words = "names of tools have 1 to 128 characters",
     .shown_by = kForms},
    {.id = "tools.name_case",
     .level = Level::should,
     .span = since(Revision::v2025_11_25),
     .source = "server/tools",
     .words = "names of tools are told apart by case",
     .check = [](Play& play) { CHECK(play.refusal("tools/call", R"("name":"ECHO")") == -32602); }},
    {.id = "tools.name_letters",
     .level = Level::should,
     .span = since(Revision::v2025_11_25),
     .source = "server/tools",
     .words = "names of tools have ASCII letters, digits, _, - and . only",
     .shown_by = kForms},
    {.id = "tools.name_spaces",
     .level = Level::should_not,
     .span = since(Revision::v2025_11_25),
     .source = "server/tools",
     .words = "names of tools have no spaces, commas or the like",
     .shown_by = kForms},
    {.id = "tools.name_once",
     .level = Level::should,
     .span = since(Revision::v2025_11_25),
     .source = "server/tools",
     .words = "each name of a tool is there once",
     .shown_by = kForms},
    {.id = "tools.input_schema",
     .span = since(Revision::v2025_11_25),
     .source = "server/tools",
     .words = "a tool's inputSchema is an object of JSON Schema, and goes out as it is",
     .check =
         [](Play& play) {
           const auto schema =
               play.result("tools/list").at("tools").at(0).at("inputSchema").as_object();
           CHECK(schema.at("type") == "object");
           CHECK(schema.contains("$defs"));
           CHECK(schema.at("additionalProperties").as_bool());
         }},
    {.id = "tools.embedded",
     .level = Level::should,
     .span = since(Revision::v2025_06_18),
     .source = "server/tools",
     .words = "a server whose tools embed resources declares resources",
     .reason = "the product's tools embed none"},
    {.id = "tools.structure_text",
     .level = Level::should,
     .span = since(Revision::v2025_06_18),
     .source = "server/tools",
     .words = "a structure goes out as text too",
     .shown_by = "tests/apps/loop_mcp_test.cpp: mcp: all tools are listed and one is called, then "
                 "the end of the input ends it"},
    {.id = "tools.output_schema",
     .span = since(Revision::v2025_06_18),
     .source = "server/tools",
     .words = "a tool with an outputSchema gives structures that match it",
     .shown_by = "tests/apps/loop_mcp_form_test.cpp: mcp: structures match the schemas of their "
                 "tools"},
    {.id = "tools.header",
     .span = kModern,
     .source = "server/tools",
     .words = "x-mcp-header is a unique token, on primitive properties that are reached without "
              "keywords",
     .reason = "no tool uses it; it matters on HTTP only"},
    {.id = "tools.header_secrets",
     .level = Level::should_not,
     .span = kModern,
     .source = "server/tools",
     .words = "x-mcp-header is not set on secrets",
     .reason = "no tool uses it; it matters on HTTP only"},
};

}  // namespace

std::span<const Requirement> tool_rows() { return kRows; }
std::span<const Requirement> tool_form_rows() { return kFormRows; }

}  // namespace mcp::test
