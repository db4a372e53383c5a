// SPDX-License-Identifier: MIT
// Requirements on messages: requests, responses, errors, notifications, batches.
#include <algorithm>
#include <set>

#include "mcp/requirements/play.hpp"
#include "mcp/requirements/requirement.hpp"

namespace mcp::test {

namespace {

namespace json = boost::json;

bool is_answer(const json::object& message) { return !message.contains("method"); }

std::vector<json::object> errors_in(const std::vector<json::object>& messages) {
  std::vector<json::object> errors;
  for (const json::object& message : messages) {
    if (message.contains("error")) errors.push_back(message.at("error").as_object());
  }
  REQUIRE(errors.size() >= 5);
  return errors;
}

std::set<std::int64_t> codes_in(const std::vector<json::object>& messages) {
  std::set<std::int64_t> codes;
  for (const json::object& error : errors_in(messages)) codes.insert(error.at("code").as_int64());
  return codes;
}

// A request with this id, which no answer takes up; the next one is served.
void check_refused_id(Play& play, const std::string& id) {
  INFO(id);
  std::string line = play.line("tools/list");
  const std::string own = "\"id\":" + std::to_string(play.last_id);
  line.replace(line.find(own), own.size(), "\"id\":" + id);
  play.talk.say_wrong(line);
  for (const json::object& message : play.heard()) {
    CHECK_FALSE(message.contains("result"));
    CHECK(message.at("error").at("code") == -32600);
  }
  CHECK(play.result("tools/list").contains("tools"));
}

constexpr Requirement kRows[]{
    {.id = "message.json_rpc",
     .source = "basic",
     .words = "every message is one of JSON-RPC 2.0",
     .check =
         [](Play& play) {
           for (const json::object& message : play.tour()) {
             CHECK(message.at("jsonrpc") == "2.0");
             CHECK(message.contains("method") + message.contains("result") +
                       message.contains("error") ==
                   1);
           }
         }},
    {.id = "request.id",
     .source = "basic",
     .words = "a request's id is a string or a whole number; other ids are refused",
     .check =
         [](Play& play) {
           for (const char* id : {"1.5", "true", "[1]", "{}"}) check_refused_id(play, id);
         }},
    {.id = "request.id_null",
     .level = Level::must_not,
     .source = "basic",
     .words = "a request's id is never null; such a request is refused",
     .check = [](Play& play) { check_refused_id(play, "null"); }},
    {.id = "request.id_reused",
     .level = Level::must_not,
     .span = kLegacy,
     .source = "basic",
     .words = "the server's own requests never use an id twice in a conversation",
     .check =
         [](Play& play) {
           if (play.revision < Revision::v2025_06_18)
             return;  // nothing can be asked with this tool
           play.declare(R"({"elicitation":{}})");
           std::set<std::string> ids;
           for (int round = 0; round < 3; ++round) {
             play.say("tools/call", R"("name":"ask")");
             const auto heard = play.heard();
             REQUIRE(heard.size() == 1);
             CHECK(ids.insert(json::serialize(heard[0].at("id"))).second);
           }
         }},
    {.id = "response.id",
     .source = "basic",
     .words = "a result has the id of its request, in its type",
     .check =
         [](Play& play) {
           for (const char* id : {"7", "-1", "0", "9007199254740993", "\"7\"", "\"\"", "\"\\n\""}) {
             std::string line = play.line("tools/list");
             const std::string own = "\"id\":" + std::to_string(play.last_id);
             line.replace(line.find(own), own.size(), std::string("\"id\":") + id);
             const json::object answer = play.talk.ask(line);
             CHECK(answer.contains("result"));
             CHECK(answer.at("id") == json::parse(id));
           }
         }},
    {.id = "error.id",
     .source = "basic",
     .words = "an error has the id of its request, unless that could not be read",
     .check =
         [](Play& play) {
           const json::object refused = play.talk.ask_wrong(play.line("no/method"));
           CHECK(refused.contains("error"));
           CHECK(refused.at("id") == play.last_id);
         }},
    {.id = "response.either",
     .span = until(Revision::v2025_06_18),
     .source = "basic",
     .words = "a response has a result or an error",
     .check =
         [](Play& play) {
           const auto messages = play.tour();
           CHECK(std::ranges::count_if(messages, is_answer) > 20);
           for (const json::object& message : messages) {
             if (is_answer(message))
               CHECK((message.contains("result") || message.contains("error")));
           }
         }},
    {.id = "response.not_both",
     .level = Level::must_not,
     .span = until(Revision::v2025_06_18),
     .source = "basic",
     .words = "a response never has both a result and an error",
     .check =
         [](Play& play) {
           for (const json::object& message : play.tour()) {
             CHECK_FALSE((message.contains("result") && message.contains("error")));
           }
         }},
    {.id = "response.result",
     .span = since(Revision::v2025_11_25),
     .source = "basic",
     .words = "the answer to a request that succeeded has a field result",
     .check = [](Play& play) { CHECK(play.ask("tools/list").contains("result")); }},
    {.id = "error.fields",
     .span = since(Revision::v2025_03_26),
     .source = "basic",
     .words = "an error has a code and a message",
     .check =
         [](Play& play) {
           for (const json::object& error : errors_in(play.tour())) {
             CHECK(error.contains("code"));
             CHECK_FALSE(error.at("message").as_string().empty());
           }
         }},
    {.id = "error.code",
     .source = "basic",
     .words = "an error's code is a whole number",
     .check =
         [](Play& play) {
           for (const json::object& error : errors_in(play.tour())) {
             CHECK(error.at("code").is_int64());
           }
         }},
    {.id = "error.message",
     .level = Level::should,
     .source = "schema: Error",
     .words = "an error's message is one short sentence",
     .check =
         [](Play& play) {
           for (const json::object& error : errors_in(play.tour())) {
             const json::string& message = error.at("message").as_string();
             CHECK(message.size() < 200);
             CHECK(message.find('\n') == json::string::npos);
             CHECK(message.find(". ") == json::string::npos);
           }
         }},
    {.id = "error.old_codes",
     .level = Level::must_not,
     .span = kModern,
     .source = "basic",
     .words = "codes of older revisions (-32002, -32042) are not sent",
     .check =
         [](Play& play) {
           const auto codes = codes_in(play.tour());
           CHECK_FALSE(codes.contains(-32002));
           CHECK_FALSE(codes.contains(-32042));
         }},
    {.id = "error.reserved_codes",
     .level = Level::must_not,
     .span = kModern,
     .source = "basic",
     .words = "of the codes from -32099 to -32020 only those that are defined are sent",
     .check =
         [](Play& play) {
           auto codes = codes_in(play.tour());
           for (const std::int64_t code : codes) {
             if (code >= -32099 && code <= -32020) CHECK((code == -32021 || code == -32022));
           }
         }},
    {.id = "error.code_meaning",
     .span = kModern,
     .source = "basic",
     .words = "codes that are defined are sent for what they are defined for only",
     .check =
         [](Play& play) {
           CHECK(play.refusal("no/method") == -32601);
           CHECK(play.refusal("tools/call", R"("name":"none")") == -32602);
           CHECK(play.refusal("tools/call", R"("name":"ask")") == -32021);
           CHECK(play.refusal("tools/call", R"("name":"throw")") == -32603);
         }},
    {.id = "error.legacy_codes",
     .level = Level::should_not,
     .span = kModern,
     .source = "basic",
     .words = "no code from -32019 to -32000 is sent",
     .check =
         [](Play& play) {
           for (const std::int64_t code : codes_in(play.tour())) {
             CHECK((code < -32019 || code > -32000));
           }
         }},
    {.id = "error.new_codes",
     .level = Level::must_not,
     .span = kModern,
     .source = "basic",
     .words = "no new codes are made from -32019 to -32000",
     .reason = "the server has no codes of its own"},
    {.id = "error.own_codes",
     .level = Level::should,
     .span = kModern,
     .source = "basic",
     .words = "own codes lie outside of -32768 to -32000",
     .reason = "the server has no codes of its own"},
    {.id = "error.fields_since_2025_11_25",
     .span = since(Revision::v2025_11_25),
     .source = "basic",
     .words = "the answer to a request that failed has a field error",
     .check =
         [](Play& play) {
           const json::object refused = play.talk.ask_wrong(play.line("no/method"));
           CHECK(refused.contains("error"));
           CHECK_FALSE(refused.contains("result"));
         }},
    {.id = "result.type",
     .span = kModern,
     .source = "basic",
     .words = "each result says its resultType",
     .check =
         [](Play& play) {
           int results = 0;
           for (const json::object& message : play.tour()) {
             if (!message.contains("result")) continue;
             ++results;
             CHECK(message.at("result").at("resultType").is_string());
           }
           CHECK(results > 10);
         }},
    {.id = "result.type_known",
     .span = kModern,
     .source = "basic",
     .words = "a resultType is one of the protocol's, or of an extension that is declared",
     .check =
         [](Play& play) {
           play.declare(R"({"elicitation":{}})");
           std::set<std::string> types;
           for (const json::object& message : play.tour()) {
             if (!message.contains("result")) continue;
             types.emplace(message.at("result").at("resultType").as_string());
           }
           CHECK(types == std::set<std::string>{"complete", "input_required"});
         }},
    {.id = "notification.no_id",
     .level = Level::must_not,
     .source = "basic",
     .words = "a notification has no id",
     .check =
         [](Play& play) {
           int notifications = 0;
           for (const json::object& message : play.tour()) {
             if (!message.contains("method")) continue;
             ++notifications;
             CHECK_FALSE(message.contains("id"));
           }
           CHECK(notifications >= 5);
         }},
    {.id = "notification.no_answer",
     .level = Level::must_not,
     .span = since(Revision::v2025_03_26),
     .source = "basic",
     .words = "notifications are not answered, whatever they say",
     .check =
         [](Play& play) {
           for (const char* method : {"notifications/cancelled", "notifications/initialized",
                                      "notifications/unknown", "tools/list", "ping"}) {
             play.notify(method, R"("x":1)");
           }
           CHECK(play.heard().empty());
         }},
    {.id = "batch.receive",
     .span = only(Revision::v2025_03_26),
     .source = "basic",
     .words = "batches are read, and each of their requests is answered",
     .check =
         [](Play& play) {
           play.talk.say("[" + play.line("ping") + "," + play.line("tools/list") +
                         R"(,{"jsonrpc":"2.0","method":"notifications/roots/list_changed"}])");
           const auto heard = play.talk.heard();
           REQUIRE(heard.size() == 1);
           std::set<std::int64_t> ids;
           for (const json::value& answer : heard[0].as_array()) {
             CHECK(answer.as_object().contains("result"));
             ids.insert(answer.at("id").as_int64());
           }
           CHECK(ids == std::set<std::int64_t>{1, 2});
         }},
};

}  // namespace

std::span<const Requirement> message_rows() { return kRows; }

}  // namespace mcp::test
