// SPDX-License-Identifier: MIT
// Conversations in both eras, message by message: the life of requests, versions, faults.
#include <fmt/format.h>

#include "mcp/conversation.hpp"

using namespace mcp;
using namespace mcp::test;
using Catch::Matchers::Contains;
namespace json = boost::json;

namespace {

// Tools that answer, fail, tell of progress, and wait to be cancelled.
ServerDefinition definition() {
  ServerDefinition given{.implementation = {.name = "test",
                                            .version = "1.2.3",
                                            .title = "Test",
                                            .description = "for tests",
                                            .icons = {{.src = "https://example.org/i.png"}}},
                         .instructions = "say please",
                         .page_size = 2};
  const json::object empty_schema{{"type", "object"}};
  const auto add = [&](std::string name, auto run) {
    given.tools.push_back({.name = std::move(name),
                           .title = "A tool",
                           .description = "does things",
                           .input_schema = empty_schema,
                           .output_schema = empty_schema,
                           .annotations = {.read_only = true},
                           .icons = {{.src = "https://example.org/t.png"}},
                           .run = std::move(run)});
  };
  add("echo", [](Call&, const json::object& arguments) -> Reply<ToolResult> {
    return ToolResult{.content = {TextContent{json::serialize(arguments)}},
                      .structured = arguments};
  });
  add("fail", [](Call&, const json::object&) -> Reply<ToolResult> {
    return ToolResult{
        .content = {TextContent{"no"}}, .structured = json::object{{"a", 1}}, .is_error = true};
  });
  add("throw", [](Call&, const json::object&) -> Reply<ToolResult> {
    throw std::runtime_error("secret place");
  });
  add("progress", [](Call& call, const json::object&) -> Reply<ToolResult> {
    call.report_progress(1, 3, "one");
    call.report_progress(1, 3, "again");
    call.report_progress(2.5, 3, "");
    call.log(LogLevel::debug, "t", "quiet");
    call.log(LogLevel::error, "t", "loud");
    return ToolResult{.content = {TextContent{"done"}}};
  });
  add("rich", [](Call&, const json::object&) -> Reply<ToolResult> {
    return ToolResult{.content = {AudioContent{"AA==", "audio/wav"},
                                  ImageContent{"AA==", "image/png"},
                                  EmbeddedResource{{.uri = "a://b", .text = "x"}},
                                  ResourceLink{{.uri = "a://c", .name = "c"}}}};
  });
  return given;
}

std::string call(std::string_view id, std::string_view tool, std::string_view rest = {}) {
  return fmt::format(
      R"({{"jsonrpc":"2.0","id":{},"method":"tools/call","params":{{"name":"{}"{}}}}})", id, tool,
      rest);
}

std::int64_t code_of(const json::object& message) {
  return message.at("error").at("code").as_int64();
}

std::string text_of(const json::object& message, std::size_t block = 0) {
  return std::string(message.at("result").at("content").at(block).at("text").as_string());
}

}  // namespace

TEST_CASE("initialize agrees on the version that was asked, for each legacy one") {
  for (const Revision revision : kRevisions) {
    if (is_modern(revision)) continue;
    Conversation talk(definition());
    talk.begin(revision);
    CHECK(talk.ask(R"({"jsonrpc":"2.0","id":1,"method":"ping"})").at("result") == json::object());
  }
}

TEST_CASE("initialize with any other version is answered with the newest legacy one") {
  for (const char* asked : {"2026-07-28", "2024-10-07", "9999-99-99", ""}) {
    Conversation talk(definition());
    const auto result = talk.ask(fmt::format(
        R"({{"jsonrpc":"2.0","id":1,"method":"initialize","params":{{"protocolVersion":"{}",
            "capabilities":{{}},"clientInfo":{{"name":"t","version":"1"}}}}}})",
        asked));
    CHECK(result.at("result").at("protocolVersion") == "2025-11-25");
  }
}

TEST_CASE("what a revision does not know is left out of a tool") {
  const auto tool = [](Revision revision) {
    Conversation talk(definition());
    talk.begin(revision);
    return talk.ask(R"({"jsonrpc":"2.0","id":1,"method":"tools/list"})")
        .at("result")
        .at("tools")
        .at(0)
        .as_object();
  };
  CHECK_FALSE(tool(Revision::v2024_11_05).contains("annotations"));
  CHECK(tool(Revision::v2025_03_26).contains("annotations"));
  CHECK_FALSE(tool(Revision::v2025_03_26).contains("title"));
  CHECK_FALSE(tool(Revision::v2025_03_26).contains("outputSchema"));
  CHECK(tool(Revision::v2025_06_18).contains("title"));
  CHECK(tool(Revision::v2025_06_18).contains("outputSchema"));
  CHECK_FALSE(tool(Revision::v2025_06_18).contains("icons"));
  CHECK(tool(Revision::v2025_11_25).contains("icons"));
}

TEST_CASE("content that a revision does not know becomes text") {
  const auto types = [](Revision revision) {
    Conversation talk(definition());
    talk.begin(revision);
    std::string text;
    const auto result = talk.ask(call("1", "rich"));
    for (const auto& block : result.at("result").at("content").as_array()) {
      text += std::string(block.at("type").as_string()) + " ";
    }
    return text;
  };
  CHECK(types(Revision::v2024_11_05) == "text image resource text ");
  CHECK(types(Revision::v2025_03_26) == "audio image resource text ");
  CHECK(types(Revision::v2025_06_18) == "audio image resource resource_link ");
}

TEST_CASE("a tool's structure goes out since 2025-06-18, and never with an error") {
  Conversation old(definition());
  old.begin(Revision::v2025_03_26);
  const auto plain = old.ask(call("1", "echo", R"(,"arguments":{"a":1})"));
  CHECK(text_of(plain) == R"({"a":1})");
  CHECK_FALSE(plain.at("result").as_object().contains("structuredContent"));

  Conversation talk(definition());
  talk.begin(Revision::v2025_06_18);
  const auto structured = talk.ask(call("1", "echo", R"(,"arguments":{"a":1})"));
  CHECK(structured.at("result").at("structuredContent") == json::object{{"a", 1}});
  const auto failed = talk.ask(call("2", "fail"));
  CHECK(failed.at("result").at("isError").as_bool());
  CHECK_FALSE(failed.at("result").as_object().contains("structuredContent"));
}

TEST_CASE("lists come in pages, and a cursor that was never given is refused") {
  Conversation talk(definition());
  talk.begin(Revision::v2025_11_25);
  std::vector<std::string> names;
  std::string cursor;
  for (int page = 0; page < 3; ++page) {
    const auto result =
        talk
            .ask(fmt::format(
                R"({{"jsonrpc":"2.0","id":{},"method":"tools/list","params":{{"cursor":"{}"}}}})",
                page, cursor))
            .at("result")
            .as_object();
    for (const auto& tool : result.at("tools").as_array()) {
      names.emplace_back(tool.at("name").as_string());
    }
    CHECK(result.contains("nextCursor") == (page < 2));
    if (page < 2) cursor = std::string(result.at("nextCursor").as_string());
  }
  CHECK(names == std::vector<std::string>{"echo", "fail", "throw", "progress", "rich"});
  for (const char* bad : {"\"x\"", "\"ZnJvbSA5OQ==\"", "7", "null"}) {
    CHECK(code_of(talk.ask_wrong(fmt::format(
              R"({{"jsonrpc":"2.0","id":9,"method":"tools/list","params":{{"cursor":{}}}}})",
              bad))) == -32602);
  }
}

TEST_CASE("errors of a call: unknown tool, bad parameters, unknown method, a handler that throws") {
  Conversation talk(definition());
  talk.begin(Revision::v2025_11_25);
  const auto unknown = talk.ask(call("1", "ecko"));
  CHECK(code_of(unknown) == -32602);
  CHECK_THAT(std::string(unknown.at("error").at("message").as_string()),
             Contains("did you mean \"echo\""));
  CHECK(code_of(talk.ask_wrong(call("2", "echo", R"(,"arguments":[])"))) == -32602);
  CHECK(code_of(talk.ask_wrong(R"({"jsonrpc":"2.0","id":3,"method":"tools/call"})")) == -32602);
  CHECK(code_of(talk.ask_wrong(R"({"jsonrpc":"2.0","id":4,"method":"tools/wash"})")) == -32601);
  talk.say(
      R"({"jsonrpc":"2.0","id":5,"method":"logging/setLevel","params":{"level":"emergency"}})");
  talk.heard();
  const auto thrown = talk.ask(call("6", "throw"));
  CHECK(code_of(thrown) == -32603);
  CHECK_THAT(json::serialize(thrown), !Contains("secret"));
  REQUIRE(talk.log.lines.size() == 1);
  CHECK_THAT(talk.log.lines[0], Contains("tools/call") && Contains("secret place"));
}

TEST_CASE("ids come back in their type, and null is none") {
  Conversation talk(definition());
  talk.begin(Revision::v2025_11_25);
  CHECK(talk.ask(R"({"jsonrpc":"2.0","id":"1","method":"ping"})").at("id") == "1");
  CHECK(talk.ask(R"({"jsonrpc":"2.0","id":1,"method":"ping"})").at("id") == 1);
  CHECK(talk.ask(R"({"jsonrpc":"2.0","id":-9223372036854775808,"method":"ping"})").at("id") ==
        std::numeric_limits<std::int64_t>::min());
  for (const char* bad : {"null", "1.5", "true", "[1]", "{}"}) {
    const auto refused =
        talk.ask_wrong(fmt::format(R"({{"jsonrpc":"2.0","id":{},"method":"ping"}})", bad));
    CHECK(code_of(refused) == -32600);
    CHECK_FALSE(refused.contains("id"));
  }
}

TEST_CASE("whatever a line holds, the right error comes and the conversation goes on") {
  Conversation talk(definition());
  talk.begin(Revision::v2025_11_25);
  const std::string deep(200, '[');
  for (const auto& [line, code] : std::vector<std::pair<std::string, int>>{
           {"garbage", -32700},
           {"{\"jsonrpc\":\"2.0\",\"id\":1", -32700},
           {std::string("\x00", 1), -32700},
           {"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"p\xFFing\"}", -32700},
           {deep, -32700},
           {"3", -32600},
           {"[]", -32600},
           {"[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}]", -32600},
           {"{}", -32600},
           {R"({"jsonrpc":"1.0","id":1,"method":"ping"})", -32600},
           {R"({"id":1,"method":"ping"})", -32600},
           {R"({"jsonrpc":"2.0","id":1,"method":7})", -32600},
           {R"({"jsonrpc":"2.0","id":1,"method":"ping","method":"tools/list"})", -32600},
           {R"({"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":[{"b":1,"\u0062":2}]}})",
            -32600},
           {R"({"jsonrpc":"2.0","id":1,"method":"ping"}{})", -32700},
           {R"({"jsonrpc":"2.0","id":1,"method":"ping","params":[1]})", -32600}}) {
    INFO(line);
    CHECK(code_of(talk.ask_wrong(line)) == code);
    CHECK(talk.ask(R"({"jsonrpc":"2.0","id":2,"method":"ping"})").contains("result"));
  }
}

TEST_CASE("a key may stand in several objects, once in each, however many there are") {
  Conversation talk(definition());
  talk.begin(Revision::v2025_11_25);
  std::string many;
  for (int number = 0; number < 100; ++number) many += fmt::format("\"k{}\":{{\"a\":1}},", number);
  const auto with = [&](std::string_view last) {
    return call("1", "echo", fmt::format(",\"arguments\":{{{}\"{}\":1}}", many, last));
  };
  CHECK(talk.ask(with("k100")).contains("result"));
  CHECK(code_of(talk.ask_wrong(with("k7"))) == -32600);
  CHECK(code_of(talk.ask_wrong(with("k99"))) == -32600);
}

TEST_CASE("an error without an id is not sent to clients that cannot read one") {
  Conversation talk(definition());
  talk.begin(Revision::v2025_06_18);
  talk.say_wrong("garbage");
  talk.say_wrong(R"({"jsonrpc":"2.0","id":null,"method":"ping"})");
  CHECK(talk.heard().empty());
  CHECK(talk.ask(R"({"jsonrpc":"2.0","id":1,"method":"ping"})").contains("result"));
}

TEST_CASE("a batch of 2025-03-26 is answered by one batch, without its notifications") {
  Conversation talk(definition());
  talk.begin(Revision::v2025_03_26);
  talk.say_wrong(R"([{"jsonrpc":"2.0","id":1,"method":"ping"},
      {"jsonrpc":"2.0","method":"notifications/roots/list_changed"},
      {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"echo"}},
      {"jsonrpc":"2.0","id":3,"method":"initialize","params":{}}])");
  const auto heard = talk.heard();
  REQUIRE(heard.size() == 1);
  std::map<std::int64_t, bool> succeeded;
  for (const auto& message : heard[0].as_array()) {
    succeeded[message.at("id").as_int64()] = message.as_object().contains("result");
  }
  CHECK(succeeded == std::map<std::int64_t, bool>{{1, true}, {2, true}, {3, false}});

  talk.say(R"([{"jsonrpc":"2.0","method":"notifications/initialized"}])");
  CHECK(talk.heard().empty());
}

TEST_CASE("before initialize only ping is answered, others hear both ways in") {
  Conversation talk(definition());
  CHECK(talk.ask(R"({"jsonrpc":"2.0","id":1,"method":"ping"})").contains("result"));
  const auto refused = talk.ask(R"({"jsonrpc":"2.0","id":2,"method":"tools/list"})");
  CHECK(code_of(refused) == -32602);
  CHECK_THAT(std::string(refused.at("error").at("message").as_string()),
             Contains("initialize") && Contains("io.modelcontextprotocol/protocolVersion"));
  CHECK(code_of(talk.ask_wrong(R"({"jsonrpc":"2.0","id":3,"method":"server/discover"})")) ==
        -32602);
  talk.say_wrong(R"({"jsonrpc":"2.0","method":"notifications/whatever"})");
  CHECK(talk.heard().empty());
}

TEST_CASE("requests between initialize and initialized are served") {
  Conversation talk(definition());
  talk.ask(R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{
      "protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}})");
  CHECK(
      talk.ask(R"({"jsonrpc":"2.0","id":2,"method":"logging/setLevel","params":{"level":"info"}})")
          .contains("result"));
}

TEST_CASE("both eras work on one connection, in any order") {
  Conversation talk(definition());
  CHECK(talk.ask(Conversation::modern("1", "server/discover")).contains("result"));
  CHECK(talk.ask(Conversation::modern("2", "tools/call", R"("name":"echo")")).contains("result"));
  talk.begin(Revision::v2025_06_18);
  CHECK(talk.ask(call("3", "echo")).contains("result"));
  CHECK(talk.ask(Conversation::modern("4", "tools/list")).at("result").at("resultType") ==
        "complete");
  CHECK(talk.ask(call("5", "echo")).contains("result"));
}

TEST_CASE("discover tells the modern versions, what can be done, and who this is") {
  Conversation talk(definition());
  const auto result =
      talk.ask(Conversation::modern("1", "server/discover")).at("result").as_object();
  CHECK(result.at("supportedVersions") == json::array{"2026-07-28"});
  CHECK(result.at("instructions") == "say please");
  CHECK(result.at("_meta").at("io.modelcontextprotocol/serverInfo").at("name") == "test");
  CHECK_FALSE(result.at("capabilities").as_object().contains("resources"));
}

TEST_CASE("what a modern request has to say is checked") {
  Conversation talk(definition());
  const auto with_meta = [](std::string_view meta) {
    return fmt::format(
        R"({{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{{"_meta":{{{}}}}}}})", meta);
  };
  const std::string version = R"("io.modelcontextprotocol/protocolVersion":)";
  const std::string capabilities = R"(,"io.modelcontextprotocol/clientCapabilities":{})";
  CHECK(code_of(talk.ask_wrong(with_meta(version + "\"2026-07-28\""))) == -32602);
  CHECK(code_of(talk.ask_wrong(with_meta(version + "7" + capabilities))) == -32602);
  CHECK(code_of(talk.ask_wrong(with_meta(version + "\"2026-07-28\"" + capabilities +
                                         R"(,"io.modelcontextprotocol/logLevel":"loud")"))) ==
        -32602);
  for (const char* other : {"2025-11-25", "2099-01-01"}) {
    const auto refused = talk.ask(with_meta(version + "\"" + other + "\"" + capabilities));
    CHECK(code_of(refused) == -32022);
    CHECK(refused.at("error").at("data").at("supported") == json::array{"2026-07-28"});
    CHECK(refused.at("error").at("data").at("requested") == other);
  }
  for (const char* removed : {"initialize", "ping", "logging/setLevel", "resources/subscribe"}) {
    CHECK(code_of(talk.ask_wrong(Conversation::modern("1", removed))) == -32601);
  }
}

TEST_CASE("modern lists say how long they hold, results of calls do not") {
  Conversation talk(definition());
  const auto list = talk.ask(Conversation::modern("1", "tools/list")).at("result").as_object();
  CHECK(list.at("ttlMs").as_int64() >= 0);
  CHECK(list.at("cacheScope") == "private");
  const auto result = talk.ask(Conversation::modern("2", "tools/call", R"("name":"echo")"))
                          .at("result")
                          .as_object();
  CHECK_FALSE(result.contains("ttlMs"));
}

TEST_CASE("progress goes to those who gave a token, rising, and before the answer") {
  Conversation talk(definition());
  talk.begin(Revision::v2025_11_25);
  talk.say(
      R"({"jsonrpc":"2.0","id":0,"method":"logging/setLevel","params":{"level":"emergency"}})");
  talk.heard();
  talk.say(call("1", "progress", R"(,"_meta":{"progressToken":"p"})"));
  const auto heard = talk.heard();
  REQUIRE(heard.size() == 3);
  CHECK(heard[0].at("params").at("progress") == 1);
  CHECK(heard[0].at("params").at("total") == 3);
  CHECK(heard[0].at("params").at("message") == "one");
  CHECK(heard[1].at("params").at("progress").as_double() == 2.5);
  CHECK(heard[2].as_object().contains("result"));

  talk.say(call("2", "progress"));
  CHECK(talk.heard().size() == 1);
}

TEST_CASE("a message of progress is left out where the revision has none") {
  Conversation talk(definition());
  talk.begin(Revision::v2024_11_05);
  talk.say(call("1", "progress", R"(,"_meta":{"progressToken":7})"));
  for (const auto& message : talk.heard()) {
    const json::object& one = message.as_object();
    if (!one.contains("method") || one.at("method") != "notifications/progress") continue;
    CHECK_FALSE(one.at("params").as_object().contains("message"));
    CHECK(one.at("params").at("progressToken") == 7);
  }
}

TEST_CASE("logs follow the level: of the conversation, or of the modern request") {
  Conversation talk(definition());
  talk.begin(Revision::v2025_11_25);
  const auto logs = [&](std::string_view line) {
    talk.say(line);
    std::string text;
    for (const auto& message : talk.heard()) {
      const json::object& one = message.as_object();
      if (one.contains("method"))
        text += std::string(one.at("params").at("level").as_string()) + " ";
    }
    return text;
  };
  CHECK(logs(call("1", "progress")) == "error ");
  logs(R"({"jsonrpc":"2.0","id":2,"method":"logging/setLevel","params":{"level":"debug"}})");
  CHECK(logs(call("3", "progress")) == "debug error ");
  CHECK(code_of(talk.ask_wrong(
            R"({"jsonrpc":"2.0","id":4,"method":"logging/setLevel","params":{"level":"all"}})")) ==
        -32602);
  CHECK(logs(Conversation::modern("5", "tools/call", R"("name":"progress")")).empty());
  CHECK(logs(Conversation::modern("6", "tools/call", R"("name":"progress")",
                                  R"("io.modelcontextprotocol/logLevel":"debug")")) ==
        "debug error ");
}

TEST_CASE("a cancelled request is stopped and never answered") {
  Conversation talk(definition());
  talk.begin(Revision::v2025_11_25);
  talk.hold = true;
  talk.say(call("1", "echo"));
  CHECK(talk.session->in_flight() == 1);
  talk.say(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}})");
  CHECK(talk.session->in_flight() == 0);
  talk.work.run_all();
  CHECK(talk.heard().empty());
}

TEST_CASE("a cancellation stops the one request, in its era, and unknown ones are passed over") {
  Conversation talk(definition());
  talk.begin(Revision::v2025_11_25);
  talk.hold = true;
  talk.say(call("1", "echo"));
  talk.say(Conversation::modern("1", "tools/call", R"("name":"echo")"));
  talk.say(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":7}})");
  talk.say(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{}})");
  talk.say(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1,"_meta":{
      "io.modelcontextprotocol/protocolVersion":"2026-07-28"}}})");
  talk.work.run_all();
  const auto messages = std::exchange(talk.channel->messages, {});
  REQUIRE(messages.size() == 1);
  CHECK_FALSE(messages[0].at("result").as_object().contains("resultType"));
}

TEST_CASE("two requests with one id in flight are both answered") {
  Conversation talk(definition());
  talk.begin(Revision::v2025_11_25);
  talk.hold = true;
  talk.say(call("1", "echo"));
  talk.say(call("1", "echo"));
  talk.work.run_all();
  CHECK(talk.heard().size() == 2);
  CHECK(talk.session->in_flight() == 0);
}

TEST_CASE("a full queue refuses, and the conversation goes on") {
  Conversation talk(definition());
  talk.begin(Revision::v2025_11_25);
  talk.hold = true;
  talk.work.waiting_max = 2;
  talk.say(call("1", "echo"));
  talk.say(call("2", "echo"));
  CHECK(talk.heard().empty());
  CHECK(code_of(talk.ask_wrong(call("3", "echo"))) == -32603);
  talk.work.run_all();
  CHECK(talk.heard().size() == 2);
}

TEST_CASE("a closed session says nothing any more") {
  Conversation talk(definition());
  talk.begin(Revision::v2025_11_25);
  talk.hold = true;
  talk.say(call("1", "echo"));
  talk.session->close();
  talk.work.run_all();
  talk.say(R"({"jsonrpc":"2.0","id":2,"method":"ping"})");
  CHECK(talk.heard().empty());
}

TEST_CASE("a line that is too long is answered by its id, as far as its beginning shows it") {
  Conversation talk(definition());
  talk.begin(Revision::v2025_11_25);
  talk.session->receive_too_long(R"({"jsonrpc":"2.0","id":17,"method":"tools/call","par)", 64,
                                 talk.channel);
  const auto refused = talk.answer();
  CHECK(code_of(refused) == -32600);
  CHECK(refused.at("id") == 17);
  talk.session->receive_too_long("xxxx", 64, talk.channel);
  CHECK_FALSE(talk.answer().contains("id"));
}
