// SPDX-License-Identifier: MIT
// Requirements on what goes along with messages: `_meta`, capabilities, versions, extensions.
#include <fmt/format.h>

#include "mcp/protocol/methods.hpp"
#include "mcp/requirements/play.hpp"
#include "mcp/requirements/requirement.hpp"

namespace mcp::test {

namespace {

namespace json = boost::json;

// A modern request with these members of `_meta` only.
std::int64_t refusal_with_meta(Play& play, std::string_view meta) {
  const json::object refused = play.talk.ask_wrong(fmt::format(
      R"({{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{{"_meta":{{{}}}}}}})", meta));
  INFO(json::serialize(refused));
  REQUIRE(refused.contains("error"));
  return refused.at("error").at("code").as_int64();
}

constexpr std::string_view kVersion = R"("io.modelcontextprotocol/protocolVersion":"2026-07-28")";
constexpr std::string_view kCapabilities = R"("io.modelcontextprotocol/clientCapabilities":{})";

constexpr Requirement kRows[]{
    {.id = "components.base",
     .span = since(Revision::v2025_03_26),
     .source = "basic",
     .words = "the base protocol and the lifecycle (versioning and message patterns) are served",
     .check =
         [](Play& play) {
           CHECK_FALSE(play.capabilities().empty());
           CHECK(play.result("tools/list").contains("tools"));
           if (!play.is_modern()) return;
           play.say("subscriptions/listen", R"("notifications":{})");
           CHECK(of_method(play.heard(), notification::kAcknowledged).size() == 1);
         }},
    {.id = "meta.keys",
     .span = since(Revision::v2025_06_18),
     .source = "basic",
     .words = "keys of _meta have labels before a slash, and a name, of the allowed letters",
     .check =
         [](Play& play) {
           const auto messages = play.tour();
           const auto metas = metas_in(json::array(messages.begin(), messages.end()));
           CHECK(metas.empty() != play.is_modern());
           for (const json::object& meta : metas) {
             for (const auto& member : meta) CHECK(is_meta_key(member.key()));
           }
           CHECK_FALSE(is_meta_key("-a"));
           CHECK_FALSE(is_meta_key("1a.b/c"));
           CHECK_FALSE(is_meta_key("a_b/c"));
         }},
    {.id = "meta.reverse_dns",
     .level = Level::should,
     .span = since(Revision::v2025_11_25),
     .source = "basic",
     .words = "prefixes of own keys begin with the domain's last part",
     .check =
         [](Play& play) {
           const auto messages = play.tour();
           for (const json::object& meta :
                metas_in(json::array(messages.begin(), messages.end()))) {
             for (const auto& member : meta) {
               CHECK(member.key().starts_with("io.modelcontextprotocol/"));
             }
           }
         }},
    {.id = "meta.reserved_values",
     .level = Level::must_not,
     .span = since(Revision::v2025_06_18),
     .source = "basic",
     .words = "nothing is assumed about the values of reserved keys that are not known",
     .check =
         [](Play& play) {
           for (const char* value : {"7", "null", "[1]", "{\"a\":{}}", "\"x\""}) {
             CHECK(play.result("tools/list", {},
                               fmt::format(R"("io.modelcontextprotocol/later":{})", value))
                       .contains("tools"));
           }
         }},
    {.id = "meta.required",
     .span = kModern,
     .source = "basic",
     .words = "a request without its version or the client's capabilities gets -32602",
     .check =
         [](Play& play) {
           CHECK(refusal_with_meta(play, kVersion) == -32602);
           CHECK(refusal_with_meta(play, kCapabilities) == -32602);
           CHECK(refusal_with_meta(play, {}) == -32602);
           CHECK(refusal_with_meta(
                     play, std::string(kVersion) +
                               R"(,"io.modelcontextprotocol/clientCapabilities":[])") == -32602);
         }},
    {.id = "meta.client_info",
     .level = Level::should_not,
     .span = kModern,
     .source = "basic",
     .words = "who the client says it is changes nothing",
     .check =
         [](Play& play) {
           const auto plain = play.result("tools/list");
           CHECK(
               play.result("tools/list", {},
                           R"("io.modelcontextprotocol/clientInfo":{"name":"a","version":"1"})") ==
               plain);
           CHECK(
               play.result("tools/list", {},
                           R"("io.modelcontextprotocol/clientInfo":{"name":"b","version":"2"})") ==
               plain);
         }},
    {.id = "meta.client_info_security",
     .level = Level::should_not,
     .span = kModern,
     .source = "basic",
     .words = "who the client says it is decides nothing about security",
     .reason = "the server never reads it"},
    {.id = "meta.server_info",
     .level = Level::should,
     .span = kModern,
     .source = "basic",
     .words = "each result of a request says in _meta who the server is",
     .check =
         [](Play& play) {
           play.declare(R"({"elicitation":{}})");
           int results = 0;
           for (const json::object& message : play.tour()) {
             if (!message.contains("result")) continue;
             ++results;
             const json::object& result = message.at("result").as_object();
             REQUIRE(result.contains("_meta"));
             CHECK(result.at("_meta").at(meta::kServerInfo).at("name") == "test");
           }
           CHECK(results > 10);
         }},
    {.id = "meta.server_info_listen",
     .level = Level::should,
     .span = kModern,
     .source = "basic",
     .words = "so does the result that ends a stream of subscriptions/listen",
     .check =
         [](Play& play) {
           play.say("subscriptions/listen", R"("notifications":{"toolsListChanged":true})");
           play.heard();
           play.talk.session->end_subscriptions();
           const auto heard = play.heard();
           REQUIRE(heard.size() == 2);
           CHECK(heard[1].at("result").at("_meta").as_object().contains(
               "io.modelcontextprotocol/serverInfo"));
         }},
    {.id = "meta.trace",
     .span = kModern,
     .source = "basic",
     .words = "traceparent, tracestate and baggage have the form of W3C",
     .reason = "the server sends none"},
    {.id = "capability.undeclared",
     .level = Level::must_not,
     .span = kModern,
     .source = "basic",
     .words = "the server relies on no capability that the client has not declared",
     .shown_by =
         "tests/mcp/input_test.cpp: a modern client is never asked what it has not declared"},
    {.id = "capability.missing",
     .span = kModern,
     .source = "basic",
     .words = "a request that needs a capability which is not declared gets -32021, which names it",
     .check =
         [](Play& play) {
           const json::object refused = play.ask("tools/call", R"("name":"ask")");
           CHECK(refused.at("error").at("code") == -32021);
           CHECK(refused.at("error")
                     .at("data")
                     .at("requiredCapabilities")
                     .as_object()
                     .contains("elicitation"));
         }},
    {.id = "capability.prior",
     .level = Level::must_not,
     .span = kModern,
     .source = "schema: RequestMetaObject",
     .words = "capabilities are not remembered from earlier requests",
     .check =
         [](Play& play) {
           play.declare(R"({"elicitation":{}})");
           CHECK(play.result("tools/call", R"("name":"ask")").at("resultType") == "input_required");
           play.declare("{}");
           CHECK(play.refusal("tools/call", R"("name":"ask")") == -32021);
         }},
    {.id = "stateless.prior",
     .level = Level::must_not,
     .span = kModern,
     .source = "basic",
     .words = "a request is served by what itself says, not by what earlier ones said",
     .check =
         [](Play& play) {
           *play.hook = [](Call& call) { call.log(LogLevel::error, "t", "x"); };
           const auto messages_with = [&](std::string_view meta) {
             play.say("tools/call", R"("name":"hook")", meta);
             return of_method(play.heard(), notification::kMessage).size();
           };
           CHECK(messages_with(R"("io.modelcontextprotocol/logLevel":"debug")") == 1);
           CHECK(messages_with({}) == 0);
           play.talk.begin(Revision::v2024_11_05);
           CHECK(play.result("tools/list").contains("ttlMs"));
         }},
    {.id = "stateless.many",
     .level = Level::should,
     .span = kModern,
     .source = "basic",
     .words = "requests of several conversations may be at work together",
     .check =
         [](Play& play) {
           play.talk.hold = true;
           play.say("tools/call", R"("name":"echo","arguments":{"of":1})");
           play.say("tools/call", R"("name":"echo","arguments":{"of":2})");
           play.talk.work.run_all();
           CHECK(play.heard().size() == 2);
         }},
    {.id = "stateless.connection",
     .level = Level::should_not,
     .span = kModern,
     .source = "basic",
     .words = "what one connection gave is taken on another one",
     .check =
         [](Play& play) {
           const auto first = play.result("tools/list");
           Play other(play.revision);
           const auto second =
               other.result("tools/list",
                            fmt::format(R"("cursor":{})", json::serialize(first.at("nextCursor"))));
           CHECK(second.at("tools").at(0) != first.at("tools").at(0));
         }},
    {.id = "stateless.handle",
     .span = kModern,
     .source = "basic",
     .words = "what lasts over several requests has an id that the client names",
     .shown_by = "tests/mcp/tasks_test.cpp: work of the product is a task for those who know "
                 "tasks, an answer for others"},
    {.id = "authorization.stdio",
     .level = Level::should_not,
     .span = since(Revision::v2025_03_26),
     .source = "basic",
     .words = "the authorization of HTTP is not used on standard input and output",
     .reason = "there is none: who may start the server may use it"},
    {.id = "version.unsupported",
     .span = kModern,
     .source = "basic/versioning",
     .words = "a version that is not served gets -32022 with those that are",
     .check =
         [](Play& play) {
           for (const char* version : {"1900-01-01", "2025-11-25", "", "2099-12-31"}) {
             CHECK(refusal_with_meta(
                       play, fmt::format(R"("io.modelcontextprotocol/protocolVersion":"{}",{})",
                                         version, kCapabilities)) == -32022);
           }
           const json::object refused = play.talk.ask_wrong(fmt::format(
               R"({{"jsonrpc":"2.0","id":1,"method":"x","params":{{"_meta":{{
               "io.modelcontextprotocol/protocolVersion":"1900-01-01",{}}}}}}})",
               kCapabilities));
           CHECK(refused.at("error").at("data").at("supported") == json::array{"2026-07-28"});
           CHECK(refused.at("error").at("data").at("requested") == "1900-01-01");
         }},
    {.id = "discover.served",
     .span = kModern,
     .source = "server/discover",
     .words = "server/discover tells the versions, what the server can do, and who it is",
     .check =
         [](Play& play) {
           const auto found = play.result("server/discover");
           CHECK(found.at("supportedVersions") == json::array{"2026-07-28"});
           CHECK(found.at("capabilities").as_object().contains("tools"));
           CHECK(found.at("instructions") == "say please");
           CHECK(found.at("_meta").at(meta::kServerInfo).at("version") == "1.2.3");
         }},
    {.id = "version.modern_only",
     .level = Level::should,
     .span = kModern,
     .source = "basic/versioning",
     .words = "a server without the older revisions names its versions when it refuses initialize",
     .reason = "the older revisions are served"},
    {.id = "extension.ids",
     .span = kModern,
     .source = "basic/versioning",
     .words = "ids of extensions have a prefix and the form of keys of _meta",
     .check =
         [](Play& play) {
           const auto extensions = play.capabilities().at("extensions").as_object();
           CHECK(extensions.size() == 1);
           for (const auto& extension : extensions) {
             CHECK(is_meta_key(extension.key()));
             CHECK(extension.key().find('/') != json::string_view::npos);
           }
         }},
    {.id = "extension.fallback",
     .span = kModern,
     .source = "basic/versioning",
     .words = "a client without an extension is served by the core protocol, or told what it lacks",
     .shown_by =
         "tests/mcp/tasks_test.cpp: a tool that is always a task refuses clients that know none"},
};

}  // namespace

std::span<const Requirement> metadata_rows() { return kRows; }

}  // namespace mcp::test
