// SPDX-License-Identifier: MIT
// Requirements on how a conversation of the older revisions begins, and on pings.
#include <fmt/format.h>

#include "mcp/protocol/methods.hpp"
#include "mcp/requirements/play.hpp"
#include "mcp/requirements/requirement.hpp"

namespace mcp::test {

namespace {

namespace json = boost::json;

json::object initialize(Conversation& talk, std::string_view version,
                        std::string_view capabilities = "{}") {
  return talk
      .ask(fmt::format(
          R"({{"jsonrpc":"2.0","id":"i","method":"initialize","params":{{"protocolVersion":"{}",
          "capabilities":{},"clientInfo":{{"name":"t","version":"1"}}}}}})",
          version, capabilities))
      .at("result")
      .as_object();
}

constexpr std::string_view kNoTimeouts =
    "questions go to people, who may take their time; the client ends a wait by cancelling the "
    "call";
constexpr std::string_view kNoPings =
    "the server pings nobody: on a pipe the end of the input tells that the client is gone";

constexpr Requirement kLifecycleRows[]{
    {.id = "lifecycle.first",
     .span = kLegacy,
     .source = "basic/lifecycle",
     .words = "initialize comes before anything else: other requests are refused until then",
     .check =
         [](Play& play) {
           Conversation fresh(whole_definition());
           for (const char* method : {"tools/list", "resources/list", "logging/setLevel"}) {
             CHECK(fresh.ask_wrong(play.line(method)).contains("error"));
           }
           CHECK(initialize(fresh, to_string(play.revision)).contains("capabilities"));
           CHECK(fresh.ask(play.line("tools/list")).contains("result"));
         }},
    {.id = "lifecycle.answer",
     .span = kLegacy,
     .source = "basic/lifecycle",
     .words = "initialize is answered with what the server can do and who it is",
     .check =
         [](Play& play) {
           Conversation fresh(whole_definition());
           const auto result = initialize(fresh, to_string(play.revision));
           CHECK(result.at("capabilities").as_object().contains("tools"));
           CHECK(result.at("serverInfo").at("name") == "test");
           CHECK(result.at("serverInfo").at("version") == "1.2.3");
         }},
    {.id = "lifecycle.silent",
     .level = Level::should_not,
     .span = kLegacy,
     .source = "basic/lifecycle",
     .words = "before notifications/initialized the server sends no requests",
     .check =
         [](Play& play) {
           Conversation fresh(whole_definition());
           initialize(fresh, to_string(play.revision), R"({"elicitation":{}})");
           const auto refused = fresh.ask(play.line("tools/call", R"("name":"ask")"));
           CHECK(refused.contains("error"));
         }},
    {.id = "version.same",
     .span = kLegacy,
     .source = "basic/lifecycle",
     .words = "a version that is served is agreed on",
     .check =
         [](Play& play) {
           Conversation fresh(whole_definition());
           CHECK(initialize(fresh, to_string(play.revision)).at("protocolVersion").as_string() ==
                 to_string(play.revision));
         }},
    {.id = "version.other",
     .span = kLegacy,
     .source = "basic/lifecycle",
     .words = "a version that is not served is answered with one that is",
     .check =
         [](Play&) {
           for (const char* version : {"2023-01-01", "2099-01-01", "2026-07-28", "", "1"}) {
             Conversation fresh(whole_definition());
             const auto answer = initialize(fresh, version);
             const auto agreed =
                 parse_revision(std::string_view(answer.at("protocolVersion").as_string()));
             REQUIRE(agreed);
             CHECK_FALSE(is_modern(*agreed));
           }
         }},
    {.id = "version.latest",
     .level = Level::should,
     .span = kLegacy,
     .source = "basic/lifecycle",
     .words = "that is the latest one that begins with initialize",
     .check =
         [](Play&) {
           Conversation fresh(whole_definition());
           CHECK(initialize(fresh, "2099-01-01").at("protocolVersion") == "2025-11-25");
         }},
    {.id = "version.respect",
     .span = kLegacy,
     .source = "basic/lifecycle",
     .words = "what the version that was agreed on does not have is not sent",
     .check =
         [](Play& play) {
           const auto tool = play.result("tools/list").at("tools").at(0).as_object();
           CHECK(tool.contains("annotations") == (play.revision >= Revision::v2025_03_26));
           CHECK(tool.contains("title") == (play.revision >= Revision::v2025_06_18));
           CHECK(tool.contains("outputSchema") == (play.revision >= Revision::v2025_06_18));
           CHECK(tool.contains("icons") == (play.revision >= Revision::v2025_11_25));
           for (const json::object& message : play.tour()) {
             if (!message.contains("result")) continue;
             CHECK_FALSE(message.at("result").as_object().contains("resultType"));
           }
         }},
    {.id = "capability.agreed",
     .span = kLegacy,
     .source = "basic/lifecycle",
     .words = "the server uses what was agreed on only: it asks nothing that was not declared",
     .check =
         [](Play& play) {
           const auto refused = play.ask("tools/call", R"("name":"ask")");
           CHECK(refused.at("error").at("code") == -32600);
         }},
    {.id = "capability.own",
     .span = kLegacy,
     .source = "basic/lifecycle",
     .words = "the server tells no news of what it has not declared",
     .check =
         [](Play& play) {
           Play bare(play.revision, bare_definition());
           bare.talk.server.notify_prompts_changed();
           bare.talk.server.notify_resources_changed();
           CHECK(bare.heard().empty());
           bare.talk.server.notify_tools_changed();
           CHECK(bare.heard().size() == 1);
         }},
    {.id = "timeout.set",
     .level = Level::should,
     .span = kLegacy,
     .source = "basic/lifecycle",
     .words = "requests that are sent have a time limit",
     .reason = kNoTimeouts},
    {.id = "timeout.cancel",
     .level = Level::should,
     .span = kLegacy,
     .source = "basic/lifecycle",
     .words = "a request that takes too long is cancelled",
     .reason = kNoTimeouts},
    {.id = "timeout.configure",
     .level = Level::should,
     .span = kLegacy,
     .source = "basic/lifecycle",
     .words = "time limits can be set for each request",
     .reason = kNoTimeouts},
    {.id = "timeout.maximum",
     .level = Level::should,
     .span = kLegacy,
     .source = "basic/lifecycle",
     .words = "a last time limit holds whatever progress is told",
     .reason = kNoTimeouts},
    {.id = "lifecycle.errors",
     .level = Level::should,
     .span = kLegacy,
     .source = "basic/lifecycle",
     .words = "a beginning that fails is an error, and the next one may succeed",
     .check =
         [](Play& play) {
           Conversation fresh(whole_definition());
           for (const char* params : {"{}", R"({"protocolVersion":7})"}) {
             const auto refused = fresh.ask_wrong(
                 std::string(R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":)") +
                 params + "}");
             CHECK(refused.at("error").at("code") == -32602);
           }
           CHECK(initialize(fresh, to_string(play.revision)).contains("serverInfo"));
         }},
};

constexpr Requirement kPingRows[]{
    {.id = "ping.answer",
     .span = kLegacy,
     .source = "basic/utilities/ping",
     .words = "a ping is answered at once with an empty result, whatever is at work",
     .check =
         [](Play& play) {
           play.talk.hold = true;
           play.say("tools/call", R"("name":"echo")");
           CHECK(play.result("ping").empty());
           play.talk.work.run_all();
         }},
    {.id = "ping.send",
     .level = Level::should,
     .span = kLegacy,
     .source = "basic/utilities/ping",
     .words = "pings are sent from time to time",
     .reason = kNoPings},
    {.id = "ping.frequency",
     .level = Level::should,
     .span = kLegacy,
     .source = "basic/utilities/ping",
     .words = "how often can be set",
     .reason = kNoPings},
    {.id = "ping.timeout",
     .level = Level::should,
     .span = kLegacy,
     .source = "basic/utilities/ping",
     .words = "their time limit suits the network",
     .reason = kNoPings},
    {.id = "ping.few",
     .level = Level::should,
     .span = kLegacy,
     .source = "basic/utilities/ping",
     .words = "they are not too many",
     .reason = kNoPings},
    {.id = "ping.failure",
     .level = Level::should,
     .span = kLegacy,
     .source = "basic/utilities/ping",
     .words = "a ping without an answer is taken as the end of the connection",
     .reason = kNoPings},
    {.id = "ping.log",
     .level = Level::should,
     .span = kLegacy,
     .source = "basic/utilities/ping",
     .words = "pings that fail are logged",
     .reason = kNoPings},
};

}  // namespace

std::span<const Requirement> lifecycle_rows() { return kLifecycleRows; }
std::span<const Requirement> ping_rows() { return kPingRows; }

}  // namespace mcp::test
