// SPDX-License-Identifier: MIT
// Requirements on streams of news, and on questions by results (multi round-trip requests).
#include <fmt/format.h>

#include "mcp/protocol/methods.hpp"
#include "mcp/requirements/play.hpp"
#include "mcp/requirements/requirement.hpp"

namespace mcp::test {

namespace {

namespace json = boost::json;

constexpr std::string_view kEverything = R"("notifications":{"toolsListChanged":true,
    "promptsListChanged":true,"resourcesListChanged":true,"resourceSubscriptions":["note://a"]})";

void change_everything(Play& play) {
  play.talk.server.notify_tools_changed();
  play.talk.server.notify_prompts_changed();
  play.talk.server.notify_resources_changed();
  play.talk.server.notify_resource_updated("note://a");
  play.talk.server.notify_resource_updated("note://b");
}

json::value subscription_of(const json::object& message) {
  return message.at("params").at("_meta").at(meta::kSubscriptionId);
}

// The first round of a call that asks for a name.
json::object asked(Play& play) {
  play.declare(R"({"elicitation":{}})");
  const auto result = play.result("tools/call", R"("name":"ask")");
  REQUIRE(result.at("resultType") == "input_required");
  return result;
}

json::object next_round(Play& play, const json::object& before, std::string_view responses) {
  return play.talk.ask_wrong(play.line(
      "tools/call",
      fmt::format(R"("name":"ask",{},"inputResponses":{})", state_member(before), responses)));
}

constexpr std::string_view kAccepted = R"({"name":{"action":"accept","content":{"name":"Ada"}}})";

constexpr Requirement kSubscriptionRows[]{
    {.id = "listen.asked_only",
     .level = Level::must_not,
     .span = kModern,
     .source = "basic/patterns/subscriptions",
     .words = "a stream carries only the kinds of news that were asked for",
     .check =
         [](Play& play) {
           for (const auto& [wish, method] :
                {std::pair{R"("toolsListChanged":true)", notification::kToolsChanged},
                 std::pair{R"("promptsListChanged":true,"toolsListChanged":false)",
                           notification::kPromptsChanged},
                 std::pair{R"("resourcesListChanged":true)", notification::kResourcesChanged},
                 std::pair{R"("resourceSubscriptions":["note://b"])",
                           notification::kResourceUpdated}}) {
             Play one(play.revision);
             one.say("subscriptions/listen", fmt::format(R"("notifications":{{{}}})", wish));
             one.heard();
             change_everything(one);
             const auto heard = one.heard();
             REQUIRE(heard.size() == 1);
             CHECK(heard[0].at("method").as_string() == method);
             if (method == notification::kResourceUpdated) {
               CHECK(heard[0].at("params").at("uri") == "note://b");
             }
           }
         }},
    {.id = "listen.acknowledged",
     .span = kModern,
     .source = "basic/patterns/subscriptions",
     .words = "the first message with a stream's id says what of the wish is honoured",
     .check =
         [](Play& play) {
           play.say("subscriptions/listen", kEverything);
           change_everything(play);
           const auto heard = play.heard();
           REQUIRE(heard.size() == 5);
           CHECK(heard[0].at("method").as_string() == notification::kAcknowledged);
           CHECK(heard[0].at("params").at("notifications").as_object().size() == 4);
           Play bare(play.revision, bare_definition());
           bare.say("subscriptions/listen", kEverything);
           CHECK(bare.heard().at(0).at("params").at("notifications") ==
                 json::object{{"toolsListChanged", true}});
         }},
    {.id = "listen.nothing_before",
     .level = Level::must_not,
     .span = kModern,
     .source = "basic/patterns/subscriptions",
     .words = "no news of a stream come before that",
     .check =
         [](Play& play) {
           change_everything(play);
           CHECK(play.heard().empty());
           play.say("subscriptions/listen", kEverything);
           CHECK(play.heard().size() == 1);
         }},
    {.id = "listen.id",
     .span = kModern,
     .source = "basic",
     .words = "each message of a stream has in _meta the id of the request that opened it",
     .check =
         [](Play& play) {
           play.say("subscriptions/listen", kEverything);
           const std::int64_t first = play.last_id;
           play.say("subscriptions/listen", kEverything);
           play.heard();
           change_everything(play);
           int of_first = 0;
           const auto heard = play.heard();
           CHECK(heard.size() == 8);
           for (const json::object& message : heard) {
             const json::value id = subscription_of(message);
             CHECK((id == first || id == play.last_id));
             of_first += id == first ? 1 : 0;
           }
           CHECK(of_first == 4);
         }},
    {.id = "listen.teardown",
     .span = kModern,
     .source = "basic/patterns/subscriptions",
     .words = "when the server ends a stream it sends notifications/cancelled for its request",
     .check =
         [](Play& play) {
           play.say("subscriptions/listen", kEverything);
           play.heard();
           play.talk.session->end_subscriptions();
           const auto heard = play.heard();
           REQUIRE(heard.size() == 2);
           CHECK(heard[0].at("method").as_string() == notification::kCancelled);
           CHECK(subscription_of(heard[0]) == play.last_id);
           change_everything(play);
           CHECK(play.heard().empty());
         }},
    {.id = "listen.result",
     .level = Level::should,
     .span = kModern,
     .source = "schema: SubscriptionsListenResult",
     .words = "a stream that the server ends in order ends with a result",
     .check =
         [](Play& play) {
           play.say("subscriptions/listen", kEverything);
           play.heard();
           play.talk.session->end_subscriptions();
           const auto heard = play.heard();
           REQUIRE(heard.size() == 2);
           CHECK(heard[1].at("id") == play.last_id);
           CHECK(heard[1].at("result").at("_meta").at(meta::kSubscriptionId) == play.last_id);
         }},
};

constexpr std::string_view kAlwaysAll =
    "the product's tools ask nothing yet; the library seals what a handler gives it";

constexpr Requirement kInputRows[]{
    {.id = "input.by_result",
     .span = kModern,
     .source = "basic/patterns/mrtr",
     .words = "questions to the client go out as results that ask, not as requests",
     .check =
         [](Play& play) {
           const auto result = asked(play);
           CHECK(result.at("inputRequests").at("name").at("method") == "elicitation/create");
         }},
    {.id = "input.methods",
     .level = Level::must_not,
     .span = kModern,
     .source = "basic/patterns/mrtr",
     .words = "only tools/call, prompts/get and resources/read are answered so",
     .check =
         [](Play& play) {
           play.declare(R"({"elicitation":{},"sampling":{},"roots":{}})");
           for (const char* method :
                {"tools/list", "prompts/list", "resources/list", "resources/templates/list"}) {
             CHECK(play.result(method).at("resultType") == "complete");
           }
         }},
    {.id = "input.keys",
     .span = kModern,
     .source = "basic/patterns/mrtr",
     .words = "the keys of questions are unique within a request",
     .shown_by = "tests/mcp/input_test.cpp: answers of earlier rounds are kept, and what lacks is "
                 "asked for again"},
    {.id = "input.kinds",
     .span = kModern,
     .source = "basic/patterns/mrtr",
     .words = "questions are elicitation/create, sampling/createMessage or roots/list",
     .shown_by = "tests/mcp/input_test.cpp: answers of earlier rounds are kept, and what lacks is "
                 "asked for again"},
    {.id = "input.state_untrusted",
     .span = kModern,
     .source = "basic/patterns/mrtr",
     .words = "a requestState that comes in is taken as an attacker's",
     .check =
         [](Play& play) {
           play.declare(R"({"elicitation":{}})");
           for (const char* state : {"\"x\"", "\"\"", "7", "null", "\".\"", "[\"a\"]"}) {
             CHECK(play.refusal("tools/call",
                                fmt::format(R"("name":"ask","requestState":{})", state)) == -32602);
           }
         }},
    {.id = "input.state_sealed",
     .span = kModern,
     .source = "basic/patterns/mrtr",
     .words = "a requestState that matters is protected against change",
     .shown_by = "tests/mcp/input_test.cpp: a state is of its server process only"},
    {.id = "input.state_refused",
     .span = kModern,
     .source = "basic/patterns/mrtr",
     .words = "a requestState that was changed is refused",
     .check =
         [](Play& play) {
           auto changed = asked(play);
           json::string& state = changed.at("requestState").as_string();
           state[state.size() / 2] = state[state.size() / 2] == 'A' ? 'B' : 'A';
           CHECK(next_round(play, changed, kAccepted).at("error").at("code") == -32602);
         }},
    {.id = "input.state_principal",
     .level = Level::should,
     .span = kModern,
     .source = "basic/patterns/mrtr",
     .words = "a requestState is bound to the one who was authenticated",
     .reason = "nobody is authenticated on standard input and output; a state is bound to the "
               "process, which has one client"},
    {.id = "input.state_expiry",
     .level = Level::should,
     .span = kModern,
     .source = "basic/patterns/mrtr",
     .words = "a requestState holds for a limited time",
     .check =
         [](Play& play) {
           const auto result = asked(play);
           play.talk.clock.advance(std::chrono::hours{24} + std::chrono::milliseconds{1});
           CHECK(next_round(play, result, kAccepted).at("error").at("code") == -32602);
         }},
    {.id = "input.state_request",
     .level = Level::should,
     .span = kModern,
     .source = "basic/patterns/mrtr",
     .words = "a requestState holds for its request only",
     .check =
         [](Play& play) {
           const auto result = asked(play);
           for (const char* call : {R"("name":"hook")", R"("name":"ask","arguments":{"a":1})"}) {
             CHECK(play.refusal("tools/call", std::string(call) + "," + state_member(result)) ==
                   -32602);
           }
           CHECK(next_round(play, result, kAccepted).contains("result"));
         }},
    {.id = "input.state_once",
     .span = kModern,
     .source = "basic/patterns/mrtr",
     .words = "where a state may be used only once, the server sees to that itself",
     .reason = kAlwaysAll},
    {.id = "input.something",
     .span = kModern,
     .source = "basic/patterns/mrtr",
     .words = "a result that asks has questions, a state, or both",
     .check =
         [](Play& play) {
           const auto result = asked(play);
           CHECK_FALSE(result.at("inputRequests").as_object().empty());
           CHECK_FALSE(result.at("requestState").as_string().empty());
         }},
    {.id = "input.declared",
     .level = Level::must_not,
     .span = kModern,
     .source = "basic/patterns/mrtr",
     .words = "nothing is asked that the client has not declared",
     .shown_by =
         "tests/mcp/input_test.cpp: a modern client is never asked what it has not declared"},
    {.id = "input.no_wait",
     .level = Level::must_not,
     .span = kModern,
     .source = "basic/patterns/mrtr",
     .words = "the server does not count on an answer or a next round",
     .check =
         [](Play& play) {
           asked(play);
           CHECK(play.talk.session->in_flight() == 0);
         }},
    {.id = "input.validate",
     .level = Level::should,
     .span = kModern,
     .source = "basic/patterns/mrtr",
     .words = "answers that have another form are refused or asked for again",
     .check =
         [](Play& play) {
           const auto result = asked(play);
           for (const char* responses : {"7", "[]", "null", "\"x\""}) {
             CHECK(next_round(play, result, responses).at("error").at("code") == -32602);
           }
           CHECK(next_round(play, result, R"({"name":"text"})").at("result").at("resultType") ==
                 "input_required");
         }},
    {.id = "input.errors",
     .level = Level::should,
     .span = kModern,
     .source = "basic/patterns/mrtr",
     .words = "faults of the protocol are errors with their code",
     .check =
         [](Play& play) {
           play.declare(R"({"elicitation":{}})");
           CHECK(play.refusal("tools/call", R"("name":"ask","inputResponses":[])") == -32602);
           CHECK(play.refusal("tools/call", R"("name":"none","inputResponses":{})") == -32602);
         }},
    {.id = "input.extra",
     .level = Level::should,
     .span = kModern,
     .source = "basic/patterns/mrtr",
     .words = "answers that nobody asked for are passed over",
     .check =
         [](Play& play) {
           const auto result = asked(play);
           const auto done = next_round(
               play, result,
               R"({"other":{"action":"accept"},"name":{"action":"accept","content":{"name":"A"}}})");
           CHECK(done.at("result").at("resultType") == "complete");
         }},
    {.id = "input.missing",
     .level = Level::should,
     .span = kModern,
     .source = "basic/patterns/mrtr",
     .words = "answers that lack are asked for again",
     .check =
         [](Play& play) {
           const auto again = next_round(play, asked(play), "{}").at("result").as_object();
           CHECK(again.at("resultType") == "input_required");
           CHECK(again.at("inputRequests").as_object().contains("name"));
         }},
};

}  // namespace

std::span<const Requirement> subscription_rows() { return kSubscriptionRows; }
std::span<const Requirement> input_rows() { return kInputRows; }

}  // namespace mcp::test
