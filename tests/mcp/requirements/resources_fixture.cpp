// SPDX-License-Identifier: MIT
// Requirements on resources and prompts.
#include "mcp/protocol/methods.hpp"
#include "mcp/requirements/play.hpp"
#include "mcp/requirements/requirement.hpp"

namespace mcp::test {

namespace {

namespace json = boost::json;

// Whether a client that wants to know is told of a change.
bool is_told(Play& play, std::string_view wish, std::string_view method, void (Server::*change)()) {
  if (play.is_modern()) {
    play.say("subscriptions/listen", "\"notifications\":{\"" + std::string(wish) + "\":true}");
  }
  play.heard();
  (play.talk.server.*change)();
  return of_method(play.heard(), method).size() == 1;
}

json::object contents_of(Play& play, std::string_view uri) {
  return play.result("resources/read", "\"uri\":\"" + std::string(uri) + "\"")
      .at("contents")
      .at(0)
      .as_object();
}

constexpr std::string_view kProduct =
    "tests/apps/loop_mcp_test.cpp: mcp: resources are the workspace's files, modes and runs";
constexpr std::string_view kOwnUser =
    "the server runs as the user who started it, and shows nothing that its tools do not";

constexpr Requirement kResourceRows[]{
    {.id = "resources.capability",
     .source = "server/resources",
     .words = "a server with resources declares them, one without does not",
     .check =
         [](Play& play) {
           CHECK(play.capabilities().contains("resources"));
           Play bare(play.revision, bare_definition());
           CHECK_FALSE(bare.capabilities().contains("resources"));
         }},
    {.id = "resources.list",
     .span = kModern,
     .source = "server/resources",
     .words = "resources/list gives the resources that there are",
     .check =
         [](Play& play) {
           CHECK(play.result("resources/list").at("resources").at(0).at("uri") == "note://a");
         }},
    {.id = "resources.same",
     .level = Level::must_not,
     .span = kModern,
     .source = "server/resources",
     .words = "the list does not depend on the connection, nor on earlier requests",
     .check =
         [](Play& play) {
           const auto before = play.result("resources/list").at("resources");
           play.tour();
           CHECK(play.result("resources/list").at("resources") == before);
           Play other(play.revision);
           CHECK(other.result("resources/list").at("resources") == before);
         }},
    {.id = "resources.changed",
     .level = Level::should,
     .source = "server/resources",
     .words = "clients are told when the list changes",
     .check =
         [](Play& play) {
           CHECK(is_told(play, "resourcesListChanged", notification::kResourcesChanged,
                         &Server::notify_resources_changed));
         }},
    {.id = "resources.https",
     .level = Level::should,
     .source = "server/resources",
     .words = "https: is used only for what the client can fetch by itself",
     .reason = "all resources of the product are loop:"},
    {.id = "resources.scheme",
     .span = since(Revision::v2025_06_18),
     .source = "server/resources",
     .words = "own schemes of URIs follow RFC 3986",
     .shown_by = kProduct},
    {.id = "resources.not_found",
     .level = Level::should,
     .source = "server/resources",
     .words = "an unknown resource is -32002 with its URI, and -32602 in 2026-07-28",
     .check =
         [](Play& play) {
           const auto gone = play.ask("resources/read", R"("uri":"note://none")");
           CHECK(gone.at("error").at("code") == (play.is_modern() ? -32602 : -32002));
           CHECK(gone.at("error").at("data").at("uri") == "note://none");
         }},
    {.id = "resources.internal",
     .level = Level::should,
     .source = "server/resources",
     .words = "a fault of the server while reading is -32603",
     .check =
         [](Play& play) {
           play.say("resources/read", R"("uri":"note://broken")");
           const auto heard = play.heard();
           CHECK(heard.back().at("error").at("code") == -32603);
         }},
    {.id = "resources.not_empty",
     .level = Level::must_not,
     .span = kModern,
     .source = "server/resources",
     .words = "an unknown resource is not an empty list of contents",
     .check =
         [](Play& play) {
           CHECK(play.ask("resources/read", R"("uri":"note://none")").contains("error"));
         }},
    {.id = "resources.validate",
     .source = "server/resources",
     .words = "URIs are checked",
     .shown_by = kProduct},
    {.id = "resources.access",
     .level = Level::should,
     .source = "server/resources",
     .words = "access to what is sensitive is controlled",
     .reason = kOwnUser},
    {.id = "resources.permissions",
     .level = Level::should,
     .source = "server/resources",
     .words = "permissions are looked at before anything is done",
     .reason = kOwnUser},
    {.id = "resources.binary",
     .source = "server/resources",
     .words = "bytes go out as base64 in blob",
     .check =
         [](Play& play) {
           const auto contents = contents_of(play, "note://b");
           CHECK(contents.at("blob") == "iVBORw==");
           CHECK_FALSE(contents.contains("text"));
         }},
    {.id = "resources.text",
     .source = "schema: TextResourceContents",
     .words = "text is given only for what is text",
     .check =
         [](Play& play) {
           CHECK(contents_of(play, "note://a").contains("text"));
           CHECK_FALSE(contents_of(play, "note://b").contains("text"));
         }},
    {.id = "resources.paths",
     .span = kModern,
     .source = "server/resources",
     .words = "paths of file: lead to nothing outside",
     .reason = "there are no resources of file:; one that is asked for is unknown"},
};

json::array pictures(Play& play) {
  return play.result("prompts/get", R"("name":"pictures")").at("messages").as_array();
}

constexpr Requirement kPromptRows[]{
    {.id = "prompts.capability",
     .source = "server/prompts",
     .words = "a server with prompts declares them, one without does not",
     .check =
         [](Play& play) {
           CHECK(play.capabilities().contains("prompts"));
           Play bare(play.revision, bare_definition());
           CHECK_FALSE(bare.capabilities().contains("prompts"));
         }},
    {.id = "prompts.list",
     .span = kModern,
     .source = "server/prompts",
     .words = "prompts/list gives the prompts that there are",
     .check =
         [](Play& play) {
           CHECK(play.result("prompts/list").at("prompts").at(0).at("name") == "greet");
         }},
    {.id = "prompts.same",
     .level = Level::must_not,
     .span = kModern,
     .source = "server/prompts",
     .words = "the list does not depend on the connection, nor on earlier requests",
     .check =
         [](Play& play) {
           const auto before = play.result("prompts/list").at("prompts");
           play.tour();
           CHECK(play.result("prompts/list").at("prompts") == before);
           Play other(play.revision);
           CHECK(other.result("prompts/list").at("prompts") == before);
         }},
    {.id = "prompts.changed",
     .level = Level::should,
     .source = "server/prompts",
     .words = "clients are told when the list changes",
     .check =
         [](Play& play) {
           CHECK(is_told(play, "promptsListChanged", notification::kPromptsChanged,
                         &Server::notify_prompts_changed));
         }},
    {.id = "prompts.image",
     .source = "server/prompts",
     .words = "an image is base64 with its type",
     .check =
         [](Play& play) {
           const auto image = pictures(play).at(0).at("content");
           CHECK(image.at("type") == "image");
           CHECK(image.at("data") == "AA==");
           CHECK(image.at("mimeType") == "image/png");
         }},
    {.id = "prompts.audio",
     .span = since(Revision::v2025_03_26),
     .source = "server/prompts",
     .words = "sound is base64 with its type",
     .check =
         [](Play& play) {
           const auto audio = pictures(play).at(1).at("content");
           CHECK(audio.at("type") == "audio");
           CHECK(audio.at("data") == "AA==");
           CHECK(audio.at("mimeType") == "audio/wav");
         }},
    {.id = "prompts.embedded",
     .source = "server/prompts",
     .words = "an embedded resource has its URI, its type, and text or bytes",
     .check =
         [](Play& play) {
           const auto resource = pictures(play).at(2).at("content").at("resource");
           CHECK(resource.at("uri") == "note://a");
           CHECK(resource.at("mimeType") == "text/plain");
           CHECK(resource.at("text") == "x");
         }},
    {.id = "prompts.errors",
     .level = Level::should,
     .source = "server/prompts",
     .words = "an unknown prompt or a missing argument is -32602, a fault of the server -32603",
     .check =
         [](Play& play) {
           CHECK(play.refusal("prompts/get", R"("name":"none")") == -32602);
           CHECK(play.refusal("prompts/get", R"("name":"greet")") == -32602);
           play.say("prompts/get", R"("name":"greet","arguments":{"who":"nobody"})");
           CHECK(play.heard().back().at("error").at("code") == -32603);
         }},
    {.id = "prompts.arguments",
     .level = Level::should,
     .source = "server/prompts",
     .words = "arguments are checked before they are used",
     .check =
         [](Play& play) {
           CHECK(play.refusal("prompts/get",
                              R"("name":"greet","arguments":{"who":"a","more":"b"})") == -32602);
         }},
    {.id = "prompts.capabilities",
     .level = Level::should,
     .source = "server/prompts",
     .words = "what was agreed on about capabilities is respected",
     .check =
         [](Play& play) {
           Play bare(play.revision, bare_definition());
           CHECK(bare.ask("prompts/get", R"("name":"greet")").contains("error"));
         }},
    {.id = "prompts.validate",
     .source = "server/prompts",
     .words = "what prompts are given is checked, so that nothing is injected",
     .check =
         [](Play& play) {
           for (const char* arguments : {"7", "[]", R"({"who":7})", R"({"who":{"a":1}})"}) {
             CHECK(play.refusal("prompts/get", R"("name":"greet","arguments":)" +
                                                   std::string(arguments)) == -32602);
           }
         }},
};

}  // namespace

std::span<const Requirement> resource_rows() { return kResourceRows; }
std::span<const Requirement> prompt_rows() { return kPromptRows; }

}  // namespace mcp::test
