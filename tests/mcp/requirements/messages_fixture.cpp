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
     .open = "the server asks its client nothing yet"},
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
};

}  // namespace

std::span<const Requirement> message_rows() { return kRows; }

}  // namespace mcp::test
