// SPDX-License-Identifier: MIT
// Handlers that ask the client: rounds of the modern era with a protected state, requests to
// clients of the older ones.
#include <fmt/format.h>

#include "mcp/conversation.hpp"
#include "mcp/server/answer_check.hpp"

using namespace mcp;
using namespace mcp::test;
using Catch::Matchers::Contains;
namespace json = boost::json;

namespace {

const InputRequest kAskName{
    "elicitation/create",
    {{"mode", "form"},
     {"message", "Who?"},
     {"requestedSchema", {{"type", "object"}, {"properties", {{"name", {{"type", "string"}}}}}}}}};
const InputRequest kAskRoots{"roots/list", {}};
const InputRequest kAskModel{
    "sampling/createMessage",
    {{"messages", json::array{{{"role", "user"}, {"content", {{"type", "text"}, {"text", "?"}}}}}},
     {"maxTokens", 10}}};

constexpr std::string_view kAll = R"({"elicitation":{"form":{}},"sampling":{},"roots":{}})";

ServerDefinition definition() {
  ServerDefinition given{.implementation = {.name = "test", .version = "1"}};
  const auto add = [&](std::string name, auto run) {
    given.tools.push_back({.name = std::move(name),
                           .description = "asks",
                           .input_schema = {{"type", "object"}},
                           .run = std::move(run)});
  };
  add("greet", [](Call& call, const json::object&) -> Reply<ToolResult> {
    const json::object* name = call.answer("name");
    if (name == nullptr) return InputRequired{{{"name", kAskName}}};
    return ToolResult{.content = {TextContent{json::serialize(*name)}}};
  });
  add("ask_all", [](Call& call, const json::object&) -> Reply<ToolResult> {
    InputRequired needed{
        .requests = {{"name", kAskName}, {"roots", kAskRoots}, {"model", kAskModel}}};
    std::string text;
    for (const auto& [key, question] : needed.requests) {
      if (call.answer(key) == nullptr) return needed;
      text += key + " ";
    }
    return ToolResult{.content = {TextContent{text}}};
  });
  add("steps", [](Call& call, const json::object&) -> Reply<ToolResult> {
    if (call.state().empty()) return InputRequired{{{"one", kAskName}}, "first"};
    if (call.state() == "first") return InputRequired{{{"two", kAskName}}, "second"};
    const bool has_both = call.answer("one") != nullptr && call.answer("two") != nullptr;
    return ToolResult{.content = {TextContent{call.state() + (has_both ? " both" : "")}}};
  });
  add("endless", [](Call& call, const json::object&) -> Reply<ToolResult> {
    return InputRequired{{{call.state() + "x", kAskName}}, call.state() + "x"};
  });
  given.prompts.push_back(
      {.name = "about",
       .description = "asks too",
       .get = [](Call& call, const std::map<std::string, std::string>&) -> Reply<PromptResult> {
         if (call.answer("name") == nullptr) return InputRequired{{{"name", kAskName}}};
         return PromptResult{.description = {}, .messages = {{.content = TextContent{"hello"}}}};
       }});
  return given;
}

std::string modern_call(std::string_view id, std::string_view tool, std::string_view rest = {},
                        std::string_view capabilities = kAll) {
  return Conversation::modern(id, "tools/call", fmt::format(R"("name":"{}"{})", tool, rest), {},
                              capabilities);
}

std::string with_state(const json::object& result, std::string_view responses) {
  return fmt::format(R"(,"requestState":"{}","inputResponses":{})",
                     std::string_view(result.at("requestState").as_string()), responses);
}

std::string legacy_call(std::string_view id, std::string_view tool) {
  return fmt::format(
      R"({{"jsonrpc":"2.0","id":{},"method":"tools/call","params":{{"name":"{}"}}}})", id, tool);
}

std::string answer_to(const json::value& question, std::string_view result) {
  return fmt::format(R"({{"jsonrpc":"2.0","id":{},"result":{}}})",
                     json::serialize(question.at("id")), result);
}

std::int64_t code_of(const json::object& message) {
  return message.at("error").at("code").as_int64();
}

std::string text_of(const json::object& message) {
  return std::string(message.at("result").at("content").at(0).at("text").as_string());
}

constexpr std::string_view kAccepted = R"({"action":"accept","content":{"name":"Ada"}})";
constexpr std::string_view kSampled =
    R"({"role":"assistant","content":{"type":"text","text":"!"},"model":"m"})";

}  // namespace

TEST_CASE("a modern call that needs an answer gets the question, and is made again with it") {
  Conversation talk(definition());
  const auto asked = talk.ask(modern_call("1", "greet")).at("result").as_object();
  CHECK(asked.at("resultType") == "input_required");
  CHECK(asked.at("inputRequests").at("name").at("method") == "elicitation/create");
  CHECK_FALSE(asked.contains("ttlMs"));
  const auto done = talk.ask(
      modern_call("2", "greet", with_state(asked, fmt::format(R"({{"name":{}}})", kAccepted))));
  CHECK(done.at("result").at("resultType") == "complete");
  CHECK_THAT(text_of(done), Contains("Ada"));
}

TEST_CASE("prompts may ask as tools do") {
  Conversation talk(definition());
  const auto get = [&](std::string_view rest) {
    return talk
        .ask(Conversation::modern("1", "prompts/get", fmt::format(R"("name":"about"{})", rest), {},
                                  kAll))
        .at("result")
        .as_object();
  };
  const auto asked = get("");
  CHECK(asked.at("resultType") == "input_required");
  CHECK(get(with_state(asked, fmt::format(R"({{"name":{}}})", kAccepted))).contains("messages"));
}

TEST_CASE("answers of earlier rounds are kept, and what lacks is asked for again") {
  Conversation talk(definition());
  const auto first = talk.ask(modern_call("1", "ask_all")).at("result").as_object();
  CHECK(first.at("inputRequests").as_object().size() == 3);
  const auto second =
      talk.ask(modern_call("2", "ask_all", with_state(first, R"({"roots":{"roots":[]}})")))
          .at("result")
          .as_object();
  CHECK(second.at("inputRequests").as_object().size() == 2);
  const auto third = talk.ask(modern_call(
      "3", "ask_all",
      with_state(second, fmt::format(R"({{"name":{},"model":{}}})", kAccepted, kSampled))));
  CHECK(text_of(third) == "model name roots ");
}

TEST_CASE("a handler's own state comes back with each round") {
  Conversation talk(definition());
  const auto one = talk.ask(modern_call("1", "steps")).at("result").as_object();
  const auto two = talk.ask(modern_call("2", "steps",
                                        with_state(one, fmt::format(R"({{"one":{}}})", kAccepted))))
                       .at("result")
                       .as_object();
  CHECK(two.at("inputRequests").as_object().contains("two"));
  CHECK(text_of(talk.ask(modern_call(
            "3", "steps", with_state(two, fmt::format(R"({{"two":{}}})", kAccepted))))) ==
        "second both");
}

TEST_CASE("a state that was changed, is of another call, or too old is refused") {
  Conversation talk(definition());
  const auto asked = talk.ask(modern_call("1", "greet", R"(,"arguments":{"a":1,"b":[2]})"))
                         .at("result")
                         .as_object();
  const std::string state(asked.at("requestState").as_string());
  const auto again = [&](std::string_view tool, std::string_view arguments, std::string_view text) {
    return talk.ask(modern_call(
        "2", tool, fmt::format(R"(,"arguments":{},"requestState":"{}")", arguments, text)));
  };
  std::string changed = state;
  changed[3] = changed[3] == 'A' ? 'B' : 'A';
  for (const std::string& wrong :
       {changed, state + "0", state.substr(0, state.size() - 1), state.substr(state.find('.')),
        std::string("x"), std::string(".")}) {
    INFO(wrong);
    CHECK(code_of(again("greet", R"({"a":1,"b":[2]})", wrong)) == -32602);
  }
  CHECK(code_of(again("steps", R"({"a":1,"b":[2]})", state)) == -32602);
  CHECK(code_of(again("greet", R"({"a":2,"b":[2]})", state)) == -32602);
  // The order of members is the client's affair.
  CHECK(again("greet", R"({"b":[2],"a":1})", state).contains("result"));
  talk.clock.advance(kRequestStateValid);
  CHECK(again("greet", R"({"a":1,"b":[2]})", state).contains("result"));
  talk.clock.advance(std::chrono::milliseconds{1});
  CHECK(code_of(again("greet", R"({"a":1,"b":[2]})", state)) == -32602);
  CHECK(code_of(talk.ask_wrong(modern_call("9", "greet", R"(,"inputResponses":7)"))) == -32602);
}

TEST_CASE("a state is of its server process only") {
  const loop::sim::SimClock clock{loop::Instant{}};
  loop::sim::SimRandom one(1), other(2);
  const RequestStates states(one, clock);
  const std::string sealed = states.seal("tools/call", {}, {{{"a", {{"b", 1}}}}, "s"});
  const auto opened = states.open("tools/call", {}, sealed);
  REQUIRE(opened);
  CHECK(opened->state == "s");
  CHECK(opened->answers.at("a") == json::object{{"b", 1}});
  CHECK_FALSE(RequestStates(other, clock).open("tools/call", {}, sealed));
}

TEST_CASE("answers that nobody asked for are passed over, and no answers are asked for again") {
  Conversation talk(definition());
  const auto asked = talk.ask(modern_call("1", "greet")).at("result").as_object();
  const auto again =
      talk.ask(modern_call("2", "greet",
                           with_state(asked, fmt::format(R"({{"other":{}}})", kAccepted))))
          .at("result")
          .as_object();
  CHECK(again.at("resultType") == "input_required");
  const auto bad =
      talk.ask_wrong(modern_call("3", "greet", with_state(asked, R"({"name":"text"})")))
          .at("result")
          .as_object();
  CHECK(bad.at("resultType") == "input_required");
}

TEST_CASE("a client may answer what it has not been asked yet, as far as that fits") {
  Conversation talk(definition());
  const auto greet = [&](std::string_view answers) {
    return modern_call("1", "greet", fmt::format(R"(,"inputResponses":{})", answers));
  };
  CHECK_THAT(text_of(talk.ask(greet(fmt::format(R"({{"other":{0},"name":{0}}})", kAccepted)))),
             Contains("Ada"));
  for (const auto& answers :
       {fmt::format(R"({{"other":{}}})", kAccepted),
        std::string(R"({"name":{"action":"accept","content":{"name":7}}})")}) {
    CHECK(talk.ask(greet(answers)).at("result").at("resultType") == "input_required");
  }
  CHECK(talk.ask_wrong(greet(R"({"name":12345})")).at("result").at("resultType") ==
        "input_required");
  CHECK(code_of(talk.ask_wrong(greet("null"))) == -32602);
  // All rounds at once, and some of them.
  CHECK(text_of(talk.ask(modern_call("2", "steps",
                                     fmt::format(R"(,"inputResponses":{{"one":{0},"two":{0}}})",
                                                 kAccepted)))) == "second both");
  const auto half =
      talk.ask(modern_call("3", "steps",
                           fmt::format(R"(,"inputResponses":{{"one":{}}})", kAccepted)))
          .at("result")
          .as_object();
  CHECK(half.at("inputRequests").as_object().contains("two"));
  CHECK(text_of(talk.ask(modern_call(
            "4", "steps", with_state(half, fmt::format(R"({{"two":{}}})", kAccepted))))) ==
        "second both");
}

TEST_CASE("an answer that does not fit its question is asked for again, in both eras") {
  const InputRequest form{
      "elicitation/create",
      {{"requestedSchema",
        {{"type", "object"},
         {"required", {"name", "age"}},
         {"properties",
          {{"name", {{"type", "string"}, {"minLength", 2}, {"maxLength", 3}}},
           {"age", {{"type", "integer"}, {"minimum", 1}, {"maximum", 9}}},
           {"rate", {{"type", "number"}}},
           {"is", {{"type", "boolean"}}},
           {"one", {{"type", "string"}, {"enum", {"a", "b"}}}},
           {"titled", {{"type", "string"}, {"oneOf", {{{"const", "x"}, {"title", "X"}}}}}},
           {"many",
            {{"type", "array"},
             {"maxItems", 1},
             {"items", {{"type", "string"}, {"enum", {"p", "q"}}}}}}}}}}}};
  const auto fitting = [&](std::string_view more) {
    return fits(
        json::parse(fmt::format(R"({{"action":"accept","content":{{{}}}}})", more)).as_object(),
        form);
  };
  CHECK(fitting(R"("name":"ab","age":1)"));
  CHECK(
      fitting(R"("name":"äöü","age":9,"rate":1.5,"is":true,"one":"a","titled":"x","many":["q"])"));
  CHECK(fitting(R"("name":"ab","age":1,"unknown":[])"));
  for (const char* bad :
       {R"("name":"ab")", R"("name":"a","age":1)", R"("name":"abcd","age":1)",
        R"("name":7,"age":1)", R"("name":"ab","age":0)", R"("name":"ab","age":10)",
        R"("name":"ab","age":1.5)", R"("name":"ab","age":1,"rate":"1")",
        R"("name":"ab","age":1,"is":1)", R"("name":"ab","age":1,"one":"c")",
        R"("name":"ab","age":1,"titled":"X")", R"("name":"ab","age":1,"many":["p","q"])",
        R"("name":"ab","age":1,"many":["r"])", R"("name":"ab","age":1,"many":"p")"}) {
    INFO(bad);
    CHECK_FALSE(fitting(bad));
  }
  CHECK(fits({{"action", "decline"}}, form));
  CHECK_FALSE(fits({{"action", "perhaps"}}, form));
  CHECK_FALSE(fits({}, form));
  CHECK_FALSE(fits({{"roots", {{{"uri", 7}}}}}, kAskRoots));
  CHECK_FALSE(fits({{"role", "assistant"}, {"model", "m"}}, kAskModel));

  Conversation talk(definition());
  talk.begin(Revision::v2025_11_25, R"({"elicitation":{}})");
  talk.say(legacy_call("1", "greet"));
  talk.say(answer_to(talk.answer(), R"({"action":"accept","content":{"name":7}})"));
  const auto again = talk.answer();
  CHECK(again.at("method") == "elicitation/create");
  talk.say(answer_to(again, kAccepted));
  CHECK_THAT(text_of(talk.answer()), Contains("Ada"));
}

TEST_CASE("a modern client is never asked what it has not declared") {
  Conversation talk(definition());
  for (const auto& [capabilities, lacks] : std::vector<std::pair<std::string, std::string>>{
           {"{}", "elicitation"},
           {R"({"elicitation":{"url":{}},"sampling":{},"roots":{}})", "elicitation"},
           {R"({"elicitation":{},"roots":{}})", "sampling"},
           {R"({"elicitation":{},"sampling":{}})", "roots"}}) {
    INFO(capabilities);
    const auto refused = talk.ask(modern_call("1", "ask_all", {}, capabilities));
    CHECK(code_of(refused) == -32021);
    CHECK(refused.at("error").at("data").at("requiredCapabilities").as_object().contains(lacks));
  }
}

TEST_CASE("a legacy client is asked by requests, and the call goes on with its answers") {
  for (const Revision revision : {Revision::v2025_06_18, Revision::v2025_11_25}) {
    Conversation talk(definition());
    talk.begin(revision, R"({"elicitation":{},"sampling":{},"roots":{}})");
    talk.say(legacy_call("1", "ask_all"));
    const auto questions = talk.heard();
    REQUIRE(questions.size() == 3);
    CHECK(talk.session->in_flight() == 1);
    for (const auto& question : questions) {
      const std::string_view method(question.at("method").as_string());
      if (method == "elicitation/create") {
        CHECK(question.at("params").as_object().contains("mode") ==
              (revision == Revision::v2025_11_25));
      }
      CHECK(talk.heard().empty());
      talk.say(answer_to(question, method == "roots/list"           ? R"({"roots":[]})"
                                   : method == "elicitation/create" ? kAccepted
                                                                    : kSampled));
    }
    CHECK(text_of(talk.answer()) == "model name roots ");
    CHECK(talk.session->in_flight() == 0);
  }
}

TEST_CASE("a legacy client is never asked what it has not declared, or before it is ready") {
  Conversation old(definition());
  old.begin(Revision::v2025_03_26, R"({"sampling":{},"roots":{}})");
  CHECK(code_of(old.ask(legacy_call("1", "greet"))) == -32600);
  Conversation silent(definition());
  silent.begin(Revision::v2025_11_25);
  CHECK(code_of(silent.ask(legacy_call("1", "greet"))) == -32600);
  Conversation early(definition());
  early.ask(R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":
      "2025-11-25","capabilities":{"elicitation":{}},"clientInfo":{"name":"t","version":"1"}}})");
  CHECK(code_of(early.ask(legacy_call("2", "greet"))) == -32600);
}

TEST_CASE("a legacy client that refuses a question ends the call, its other questions too") {
  Conversation talk(definition());
  talk.begin(Revision::v2025_11_25, R"({"elicitation":{},"sampling":{},"roots":{}})");
  talk.say(legacy_call("1", "ask_all"));
  const auto questions = talk.heard();
  REQUIRE(questions.size() == 3);
  talk.say(
      fmt::format(R"({{"jsonrpc":"2.0","id":{},"error":{{"code":-1,"message":"User rejected"}}}})",
                  json::serialize(questions[0].at("id"))));
  const auto refused = talk.answer();
  CHECK(refused.at("id") == 1);
  CHECK_THAT(json::serialize(refused), Contains("User rejected"));
  for (std::size_t index = 1; index < 3; ++index) {
    talk.say_wrong(answer_to(questions[index], R"({})"));
  }
  CHECK(talk.heard().empty());
}

TEST_CASE("a handler that only asks is ended after eight rounds") {
  Conversation talk(definition());
  talk.begin(Revision::v2025_11_25, R"({"elicitation":{}})");
  talk.say(legacy_call("1", "endless"));
  int rounds = 0;
  for (;;) {
    const auto heard = talk.heard();
    REQUIRE(heard.size() == 1);
    if (!heard[0].as_object().contains("method")) {
      CHECK(code_of(heard[0].as_object()) == -32603);
      break;
    }
    ++rounds;
    talk.say(answer_to(heard[0], kAccepted));
  }
  CHECK(rounds == 8);
}

TEST_CASE("a cancelled call withdraws its questions, and their answers are passed over") {
  Conversation talk(definition());
  talk.begin(Revision::v2025_11_25, R"({"elicitation":{}})");
  talk.say(legacy_call("1", "greet"));
  const auto question = talk.answer();
  talk.say(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}})");
  const auto withdrawn = talk.answer();
  CHECK(withdrawn.at("method") == "notifications/cancelled");
  CHECK(withdrawn.at("params").at("requestId") == question.at("id"));
  talk.say(answer_to(question, kAccepted));
  CHECK(talk.heard().empty());
  CHECK(talk.session->in_flight() == 0);
}

TEST_CASE("calls that wait for an answer end when no answers can come any more") {
  Conversation talk(definition());
  talk.begin(Revision::v2025_11_25, R"({"elicitation":{}})");
  talk.say(legacy_call("1", "greet"));
  talk.heard();
  talk.session->end_questions();
  CHECK(code_of(talk.answer()) == -32603);
  CHECK(talk.session->in_flight() == 0);
}
