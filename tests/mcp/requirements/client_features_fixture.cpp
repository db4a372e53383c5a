// SPDX-License-Identifier: MIT
// Requirements on what a server may ask its client: sampling, roots.
#include <fmt/format.h>

#include "mcp/requirements/play.hpp"
#include "mcp/requirements/requirement.hpp"

namespace mcp::test {

namespace {

namespace json = boost::json;

constexpr std::string_view kNoSampling =
    "the product samples nothing; the library passes on what "
    "a handler gives";
constexpr std::string_view kWorkspace =
    "the server works in the workspace that it was started in, and asks for no roots";

// What comes of a tool that asks this.
json::object question(Play& play, std::string_view method, std::string_view params) {
  return play.ask("tools/call",
                  fmt::format(R"("name":"question","arguments":{{"method":"{}","params":{{{}}}}})",
                              method, params));
}

constexpr std::string_view kSample =
    R"("messages":[{"role":"user","content":{"type":"text","text":"?"}}],"maxTokens":10)";

// The parameters of a question as they went out.
json::object asked_params(const json::object& message) {
  if (message.contains("method")) return message.at("params").as_object();
  return message.at("result").at("inputRequests").at("q").at("params").as_object();
}

constexpr Requirement kRows[]{
    {.id = "sampling.tools",
     .level = Level::must_not,
     .span = since(Revision::v2025_11_25),
     .source = "client/sampling",
     .words = "tools are offered in sampling only to clients that declare it",
     .check =
         [](Play& play) {
           const std::string params = std::string(kSample) + R"(,"tools":[])";
           play.declare(R"({"sampling":{}})");
           CHECK(question(play, "sampling/createMessage", params).contains("error"));
           play.declare(R"({"sampling":{"tools":{}}})");
           CHECK(asked_params(question(play, "sampling/createMessage", params)).contains("tools"));
         }},
    {.id = "sampling.context",
     .level = Level::should_not,
     .span = only(Revision::v2025_11_25),
     .source = "client/sampling",
     .words = "contexts of servers are asked for only where the client declares it",
     .check =
         [](Play& play) {
           const std::string params = std::string(kSample) + R"(,"includeContext":"thisServer")";
           play.declare(R"({"sampling":{}})");
           CHECK_FALSE(asked_params(question(play, "sampling/createMessage", params))
                           .contains("includeContext"));
           play.declare(R"({"sampling":{"context":{}}})");
           CHECK(asked_params(question(play, "sampling/createMessage", params))
                     .contains("includeContext"));
         }},
    {.id = "sampling.context_modern",
     .level = Level::should,
     .span = kModern,
     .source = "schema: CreateMessageRequestParams",
     .words = "contexts of servers are asked for only where the client declares it",
     .check =
         [](Play& play) {
           play.declare(R"({"sampling":{}})");
           const auto asked = play.result("tools/call", R"("name":"question","arguments":{
               "method":"sampling/createMessage","params":{"messages":[],"maxTokens":1,
               "includeContext":"allServers"}})");
           const auto& question = asked.at("inputRequests").as_object().begin()->value();
           CHECK_FALSE(question.at("params").as_object().contains("includeContext"));
         }},
    {.id = "sampling.context_avoid",
     .level = Level::should,
     .span = since(Revision::v2025_11_25),
     .source = "client/sampling",
     .words = "contexts of servers are better not asked for",
     .reason = kNoSampling},
    {.id = "sampling.tool_results_alone",
     .span = since(Revision::v2025_11_25),
     .source = "client/sampling",
     .words = "a message with results of tools has nothing else",
     .reason = kNoSampling},
    {.id = "sampling.tool_results_follow",
     .span = since(Revision::v2025_11_25),
     .source = "client/sampling",
     .words = "a message that uses tools is followed by one with all their results",
     .reason = kNoSampling},
    {.id = "sampling.tool_results_match",
     .span = since(Revision::v2025_11_25),
     .source = "client/sampling",
     .words = "each use of a tool gets the result with its id",
     .reason = kNoSampling},
    {.id = "sampling.rounds",
     .level = Level::should,
     .span = since(Revision::v2025_11_25),
     .source = "client/sampling",
     .words = "the rounds of a loop with tools are limited",
     .reason = kNoSampling},
    {.id = "sampling.validate",
     .level = Level::should,
     .source = "client/sampling",
     .words = "messages are checked",
     .reason = kNoSampling},
    {.id = "sampling.sensitive",
     .source = "client/sampling",
     .words = "what is sensitive is handled with care",
     .reason = kNoSampling},
    {.id = "roots.capability",
     .level = Level::should,
     .source = "client/roots",
     .words = "roots are asked for only where the client declares them",
     .check =
         [](Play& play) {
           CHECK(question(play, "roots/list", {}).contains("error"));
           play.declare(R"({"roots":{}})");
           CHECK_FALSE(question(play, "roots/list", {}).contains("error"));
         }},
    {.id = "roots.changes",
     .level = Level::should,
     .span = kLegacy,
     .source = "client/roots",
     .words = "news of other roots do no harm",
     .check =
         [](Play& play) {
           play.notify("notifications/roots/list_changed");
           CHECK(play.heard().empty());
           CHECK(play.result("tools/list").contains("tools"));
         }},
    {.id = "roots.unavailable",
     .level = Level::should,
     .source = "client/roots",
     .words = "roots that are gone do no harm",
     .reason = kWorkspace},
    {.id = "roots.boundaries",
     .level = Level::should,
     .source = "client/roots",
     .words = "work stays inside of the roots",
     .reason = kWorkspace},
    {.id = "roots.paths",
     .level = Level::should,
     .source = "client/roots",
     .words = "paths are held against the roots",
     .reason = kWorkspace},
    {.id = "roots.cache",
     .level = Level::should,
     .source = "client/roots",
     .words = "what is known of roots is kept sensibly",
     .reason = kWorkspace},
};

}  // namespace

std::span<const Requirement> client_rows() { return kRows; }

}  // namespace mcp::test
