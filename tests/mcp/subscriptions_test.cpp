// SPDX-License-Identifier: MIT
// News of changes: to legacy clients unasked or by URI, to modern ones on the streams they opened.
#include "mcp/conversation.hpp"

using namespace mcp;
using namespace mcp::test;
namespace json = boost::json;

namespace {

class Notes final : public ResourceSource {
 public:
  std::vector<Resource> list() override {
    return {{.uri = "note://a", .name = "a", .mime_type = "text/plain", .size_bytes = 5}};
  }
  std::vector<ResourceTemplate> templates() override {
    return {{.uri_template = "note://{name}", .name = "note"}};
  }
  Reply<std::optional<std::vector<ResourceContents>>> read(Call&, const std::string& uri) override {
    std::optional<std::vector<ResourceContents>> found;
    if (uri == "note://a") found = {{.uri = uri, .mime_type = "text/plain", .text = "hello"}};
    return found;
  }
  Completion complete(const std::string&, const std::string&, const std::string& begun,
                      const CompletionContext&) override {
    Completion completion;
    for (int index = 0; index < 150; ++index) {
      completion.values.push_back(begun + std::to_string(index));
    }
    return completion;
  }
};

ServerDefinition definition() {
  ServerDefinition given{.implementation = {.name = "test", .version = "1"},
                         .resources = std::make_shared<Notes>()};
  given.tools.push_back(
      {.name = "t",
       .input_schema = json::object{{"type", "object"}},
       .run = [](Call&, const json::object&) -> Reply<ToolResult> { return ToolResult{}; }});
  given.prompts.push_back(
      {.name = "greet",
       .arguments = {{.name = "who", .is_required = true}, {.name = "how"}},
       .get = [](Call&, const auto& given_arguments) -> Reply<PromptResult> {
         return PromptResult{
             .description = "greets",
             .messages = {{.content = TextContent{"hello " + given_arguments.at("who")}}}};
       },
       .complete = [](const std::string&, const std::string& begun,
                      const CompletionContext& context) -> Completion {
         return {.values = {begun + "x" + (context.contains("how") ? context.at("how") : "")}};
       }});
  return given;
}

std::int64_t code_of(const json::object& message) {
  return message.at("error").at("code").as_int64();
}

std::string listen(std::string_view id, std::string_view filter) {
  return Conversation::modern(id, "subscriptions/listen",
                              "\"notifications\":{" + std::string(filter) + "}");
}

}  // namespace

TEST_CASE("resources are listed, read, completed and refused by name, in each revision") {
  for (const Revision revision : kRevisions) {
    if (is_modern(revision)) continue;
    Conversation talk(definition());
    talk.begin(revision);
    const auto list = talk.ask(R"({"jsonrpc":"2.0","id":1,"method":"resources/list"})");
    CHECK(list.at("result").at("resources").at(0).at("uri") == "note://a");
    const auto templates =
        talk.ask(R"({"jsonrpc":"2.0","id":2,"method":"resources/templates/list"})");
    CHECK(templates.at("result").at("resourceTemplates").as_array().size() == 1);
    const auto read = talk.ask(
        R"({"jsonrpc":"2.0","id":3,"method":"resources/read","params":{"uri":"note://a"}})");
    CHECK(read.at("result").at("contents").at(0).at("text") == "hello");
    const auto gone = talk.ask(
        R"({"jsonrpc":"2.0","id":4,"method":"resources/read","params":{"uri":"note://z"}})");
    CHECK(code_of(gone) == -32002);
    CHECK(gone.at("error").at("data").at("uri") == "note://z");
    const auto completion = talk.ask(R"({"jsonrpc":"2.0","id":5,"method":"completion/complete",
        "params":{"ref":{"type":"ref/resource","uri":"note://{name}"},
        "argument":{"name":"name","value":"v"}}})");
    CHECK(completion.at("result").at("completion").at("values").as_array().size() == 100);
    CHECK(completion.at("result").at("completion").at("total") == 150);
    CHECK(completion.at("result").at("completion").at("hasMore").as_bool());
  }
}

TEST_CASE("an unknown resource is a bad parameter in the modern era") {
  Conversation talk(definition());
  const auto gone = talk.ask(Conversation::modern("1", "resources/read", R"("uri":"note://z")"));
  CHECK(code_of(gone) == -32602);
  CHECK(gone.at("error").at("data").at("uri") == "note://z");
}

TEST_CASE("prompts check their arguments and complete them") {
  Conversation talk(definition());
  talk.begin(Revision::v2025_11_25);
  const auto get = [&](std::string_view rest) {
    return talk.ask_wrong(
        R"({"jsonrpc":"2.0","id":1,"method":"prompts/get","params":{"name":"greet")" +
        std::string(rest) + "}}");
  };
  CHECK(get(R"(,"arguments":{"who":"you"})")
            .at("result")
            .at("messages")
            .at(0)
            .at("content")
            .at("text") == "hello you");
  CHECK(code_of(get("")) == -32602);
  CHECK(code_of(get(R"(,"arguments":{"who":7})")) == -32602);
  CHECK(code_of(get(R"(,"arguments":{"who":"a","when":"b"})")) == -32602);
  CHECK(code_of(talk.ask_wrong(
            R"({"jsonrpc":"2.0","id":2,"method":"prompts/get","params":{"name":"nope"}})")) ==
        -32602);
  const auto completion = talk.ask(R"({"jsonrpc":"2.0","id":3,"method":"completion/complete",
      "params":{"ref":{"type":"ref/prompt","name":"greet"},"argument":{"name":"who","value":"a"},
      "context":{"arguments":{"how":"y"}}}})");
  CHECK(completion.at("result").at("completion").at("values") == json::array{"axy"});
  CHECK(talk.ask(R"({"jsonrpc":"2.0","id":4,"method":"prompts/list"})")
            .at("result")
            .at("prompts")
            .as_array()
            .size() == 1);
}

TEST_CASE("completion refuses what it cannot read") {
  Conversation talk(definition());
  talk.begin(Revision::v2025_11_25);
  for (const char* params :
       {"{}", R"({"ref":{"type":"ref/tool"},"argument":{"name":"a","value":"b"}})",
        R"({"ref":{"type":"ref/prompt"},"argument":{"name":"a","value":"b"}})",
        R"({"ref":{"type":"ref/prompt","name":"nope"},"argument":{"name":"a","value":"b"}})",
        R"({"ref":{"type":"ref/prompt","name":"greet"},"argument":{"name":"a"}})"}) {
    INFO(params);
    CHECK(code_of(talk.ask_wrong(
              std::string(R"({"jsonrpc":"2.0","id":1,"method":"completion/complete","params":)") +
              params + "}")) == -32602);
  }
}

TEST_CASE("a legacy client hears of lists unasked, and of resources that it subscribed to") {
  Conversation talk(definition());
  talk.begin(Revision::v2025_06_18);
  talk.server.notify_tools_changed();
  CHECK(talk.answer().at("method") == "notifications/tools/list_changed");
  talk.server.notify_resource_updated("note://a");
  CHECK(talk.heard().empty());

  CHECK(
      talk.ask(
              R"({"jsonrpc":"2.0","id":1,"method":"resources/subscribe","params":{"uri":"note://a"}})")
          .contains("result"));
  talk.server.notify_resource_updated("note://a");
  talk.server.notify_resource_updated("note://b");
  CHECK(talk.answer().at("params").at("uri") == "note://a");

  talk.ask(
      R"({"jsonrpc":"2.0","id":2,"method":"resources/unsubscribe","params":{"uri":"note://a"}})");
  talk.server.notify_resource_updated("note://a");
  CHECK(talk.heard().empty());
  CHECK(code_of(talk.ask_wrong(R"({"jsonrpc":"2.0","id":3,"method":"resources/subscribe"})")) ==
        -32602);
}

TEST_CASE("before initialized nothing is sent unasked") {
  Conversation talk(definition());
  talk.ask(R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{
      "protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}})");
  talk.server.notify_tools_changed();
  CHECK(talk.heard().empty());
}

TEST_CASE("a stream acknowledges what it honours first, then carries only that, with its id") {
  Conversation talk(definition());
  const auto acknowledged =
      talk.ask(listen("1732000000000", R"("toolsListChanged":true,"promptsListChanged":false,
                                 "resourceSubscriptions":["note://a"])"));
  CHECK(acknowledged.at("method") == "notifications/subscriptions/acknowledged");
  CHECK(acknowledged.at("params").at("notifications") ==
        json::object{{"toolsListChanged", true}, {"resourceSubscriptions", {"note://a"}}});
  const auto id_of = [](const json::value& message) {
    return message.at("params").at("_meta").at("io.modelcontextprotocol/subscriptionId");
  };
  CHECK(id_of(acknowledged) == 1732000000000);

  talk.server.notify_prompts_changed();
  talk.server.notify_resources_changed();
  talk.server.notify_resource_updated("note://b");
  CHECK(talk.heard().empty());
  talk.server.notify_tools_changed();
  talk.server.notify_resource_updated("note://a");
  const auto heard = talk.heard();
  REQUIRE(heard.size() == 2);
  CHECK(id_of(heard[0]) == 1732000000000);
  CHECK(heard[1].at("params").at("uri") == "note://a");
}

TEST_CASE("several streams are told apart, and a cancelled one is silent") {
  Conversation talk(definition());
  talk.ask(listen("\"a\"", R"("toolsListChanged":true)"));
  talk.ask(listen("\"b\"", R"("toolsListChanged":true)"));
  talk.server.notify_tools_changed();
  CHECK(talk.heard().size() == 2);
  talk.say(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"a"}})");
  talk.server.notify_tools_changed();
  CHECK(talk.answer().at("params").at("_meta").at("io.modelcontextprotocol/subscriptionId") == "b");
  CHECK(code_of(talk.ask_wrong(listen("\"b\"", ""))) == -32600);
}

TEST_CASE("a bad filter is refused, and nothing is opened") {
  Conversation talk(definition());
  for (const char* filter : {R"("toolsListChanged":1)", R"("resourceSubscriptions":"note://a")",
                             R"("resourceSubscriptions":[1])"}) {
    INFO(filter);
    CHECK(code_of(talk.ask_wrong(listen("1", filter))) == -32602);
  }
  CHECK(code_of(talk.ask_wrong(Conversation::modern("1", "subscriptions/listen"))) == -32602);
  talk.server.notify_tools_changed();
  CHECK(talk.heard().empty());
}

TEST_CASE("the end of the server ends each stream with its last messages") {
  Conversation talk(definition());
  talk.ask(listen("5", R"("toolsListChanged":true)"));
  talk.session->end_subscriptions();
  const auto heard = talk.heard();
  REQUIRE(heard.size() == 2);
  CHECK(heard[0].at("method") == "notifications/cancelled");
  CHECK(heard[1].at("id") == 5);
  CHECK(heard[1].at("result").at("resultType") == "complete");
  talk.server.notify_tools_changed();
  CHECK(talk.heard().empty());
}
