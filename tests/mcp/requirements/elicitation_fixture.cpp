// SPDX-License-Identifier: MIT
// Requirements on questions to the user.
#include <fmt/format.h>

#include "mcp/requirements/play.hpp"
#include "mcp/requirements/requirement.hpp"

namespace mcp::test {

namespace {

namespace json = boost::json;

constexpr RevisionSpan kForms = since(Revision::v2025_06_18);
constexpr RevisionSpan kUrls = since(Revision::v2025_11_25);
constexpr RevisionSpan kFirstUrls = only(Revision::v2025_11_25);
constexpr std::string_view kSource = "client/elicitation";
constexpr std::string_view kAsksNothing =
    "the product asks its user nothing; the library passes on what a handler gives";
constexpr std::string_view kNoUrls = "the product sends nobody to a URL";

constexpr Requirement kRows[]{
    {.id = "elicitation.secrets",
     .level = Level::must_not,
     .span = kForms,
     .source = kSource,
     .words = "forms ask for no secrets",
     .reason = kAsksNothing},
    {.id = "elicitation.secrets_by_url",
     .span = kUrls,
     .source = kSource,
     .words = "secrets are asked for by URL only",
     .reason = kAsksNothing},
    {.id = "elicitation.modes",
     .level = Level::must_not,
     .span = kUrls,
     .source = kSource,
     .words = "modes that the client has not declared are not used",
     .check =
         [](Play& play) {
           const auto question = [&](std::string_view params) {
             return play.ask("tools/call",
                             fmt::format(
                                 R"("name":"question","arguments":{{"method":"elicitation/create",
                         "params":{{"message":"?",{}}}}})",
                                 params));
           };
           const std::string_view form = R"("requestedSchema":{"type":"object","properties":{}})";
           const std::string_view url =
               R"("mode":"url","url":"https://example.org","elicitationId":"1")";
           play.declare(R"({"elicitation":{}})");
           CHECK_FALSE(question(form).contains("error"));
           CHECK(question(url).contains("error"));
           play.declare(R"({"elicitation":{"url":{}}})");
           CHECK(question(form).contains("error"));
           CHECK_FALSE(question(url).contains("error"));
         }},
    {.id = "elicitation.message",
     .span = kUrls,
     .source = kSource,
     .words = "a question has a mode (or means a form) and a message",
     .reason = kAsksNothing},
    {.id = "elicitation.form",
     .span = kUrls,
     .source = kSource,
     .words = "a form names the mode form or none, and a schema",
     .reason = kAsksNothing},
    {.id = "elicitation.url_fields",
     .span = kUrls,
     .source = kSource,
     .words = "a question by URL has its mode, a message and the URL (in 2025-11-25 an id too)",
     .reason = kNoUrls},
    {.id = "elicitation.url_valid",
     .span = kUrls,
     .source = kSource,
     .words = "the URL is a valid one",
     .reason = kNoUrls},
    {.id = "elicitation.complete_to",
     .span = kFirstUrls,
     .source = kSource,
     .words = "notifications/elicitation/complete goes to the client that was asked",
     .reason = "it is never sent"},
    {.id = "elicitation.complete_id",
     .span = kFirstUrls,
     .source = kSource,
     .words = "it has the id of the question",
     .reason = "it is never sent"},
    {.id = "elicitation.error_only",
     .level = Level::must_not,
     .span = kFirstUrls,
     .source = kSource,
     .words = "-32042 is sent only where a question by URL is needed",
     .check =
         [](Play& play) {
           for (const json::object& message : play.tour()) {
             if (message.contains("error")) CHECK(message.at("error").at("code") != -32042);
           }
         }},
    {.id = "elicitation.error_list",
     .span = kFirstUrls,
     .source = kSource,
     .words = "-32042 lists the questions",
     .reason = "it is never sent"},
    {.id = "elicitation.error_urls",
     .span = kFirstUrls,
     .source = kSource,
     .words = "they are by URL, with ids",
     .reason = "it is never sent"},
    {.id = "elicitation.error_needed",
     .span = kFirstUrls,
     .source = kSource,
     .words = "a request that needs a question by URL first gets -32042",
     .reason = kNoUrls},
    {.id = "elicitation.state_user",
     .span = kUrls,
     .source = kSource,
     .words = "what is kept of answers is bound to its user",
     .check =
         [](Play& play) {
           // Nothing is kept by the server: another connection's client starts anew.
           play.declare(R"({"elicitation":{}})");
           play.say("tools/call", R"("name":"ask")");
           CHECK(play.heard().size() == 1);
           Play other(play.revision);
           other.declare(R"({"elicitation":{}})");
           other.say("tools/call", R"("name":"ask")");
           const auto heard = other.heard();
           REQUIRE(heard.size() == 1);
           CHECK(json::serialize(heard[0]).find("elicitation/create") != std::string::npos);
         }},
    {.id = "elicitation.state_session",
     .level = Level::must_not,
     .span = kFirstUrls,
     .source = kSource,
     .words = "it is not bound to ids of sessions alone",
     .reason = "there are no ids of sessions on standard input and output"},
    {.id = "elicitation.state_storage",
     .span = kUrls,
     .source = kSource,
     .words = "it is protected where it is stored",
     .reason = "it is in the memory of the process only, or sealed with the client"},
    {.id = "elicitation.authorize",
     .level = Level::must_not,
     .span = kUrls,
     .source = kSource,
     .words = "users are not authorized for the server by URL",
     .reason = kNoUrls},
    {.id = "elicitation.third_party",
     .level = Level::must_not,
     .span = kUrls,
     .source = kSource,
     .words = "credentials for others do not go through the client",
     .reason = kNoUrls},
    {.id = "elicitation.passthrough",
     .level = Level::must_not,
     .span = kUrls,
     .source = kSource,
     .words = "the client's credentials are not used for others",
     .reason = "the client gives none"},
    {.id = "elicitation.direct",
     .span = kUrls,
     .source = kSource,
     .words = "the user authorizes the server directly",
     .reason = kNoUrls},
    {.id = "elicitation.transmit",
     .level = Level::must_not,
     .span = kUrls,
     .source = kSource,
     .words = "credentials that came by URL are not given to the client",
     .reason = kNoUrls},
    {.id = "elicitation.assume",
     .level = Level::should_not,
     .span = kModern,
     .source = kSource,
     .words = "the server does not count on success of its questions",
     .check =
         [](Play& play) {
           play.declare(R"({"elicitation":{}})");
           play.result("tools/call", R"("name":"ask")");
           CHECK(play.talk.session->in_flight() == 0);
           CHECK(play.result("tools/list").contains("tools"));
         }},
    {.id = "elicitation.declined",
     .span = kModern,
     .source = kSource,
     .words = "a user who declines or cancels is handled",
     .check =
         [](Play& play) {
           play.declare(R"({"elicitation":{}})");
           for (const char* action : {"decline", "cancel"}) {
             const auto asked = play.result("tools/call", R"("name":"ask")");
             const auto done = play.result(
                 "tools/call",
                 fmt::format(R"("name":"ask",{},"inputResponses":{{"name":{{"action":"{}"}}}})",
                             state_member(asked), action));
             CHECK(json::serialize(done.at("content")).find(action) != std::string::npos);
           }
         }},
    {.id = "elicitation.bind",
     .span = kUrls,
     .source = kSource,
     .words = "questions are bound to the client and its user",
     .reason = "a server on standard input and output has one client, of one user"},
    {.id = "elicitation.url_private",
     .level = Level::must_not,
     .span = kUrls,
     .source = kSource,
     .words = "a URL tells nothing of the user",
     .reason = kNoUrls},
    {.id = "elicitation.url_authenticated",
     .level = Level::must_not,
     .span = kUrls,
     .source = kSource,
     .words = "a URL gives no access by itself",
     .reason = kNoUrls},
    {.id = "elicitation.url_in_form",
     .level = Level::should_not,
     .span = kUrls,
     .source = kSource,
     .words = "forms have no URLs to click on",
     .reason = kAsksNothing},
    {.id = "elicitation.url_https",
     .level = Level::should,
     .span = kUrls,
     .source = kSource,
     .words = "URLs are of https",
     .reason = kNoUrls},
    {.id = "elicitation.identity",
     .level = Level::must_not,
     .span = kUrls,
     .source = kSource,
     .words = "who the user is is not taken from the client's word",
     .reason = "the server asks for nobody's identity"},
    {.id = "elicitation.practices",
     .level = Level::should,
     .span = kUrls,
     .source = kSource,
     .words = "the practices for security are followed for that",
     .reason = "the server asks for nobody's identity"},
    {.id = "elicitation.validate",
     .level = Level::should,
     .span = kForms,
     .source = kSource,
     .words = "answers are held against the schema of their question",
     .shown_by = "tests/mcp/input_test.cpp: an answer that does not fit its question is asked for "
                 "again, in both eras"},
    {.id = "elicitation.phishing",
     .span = kUrls,
     .source = kSource,
     .words = "who opens the URL is known to be the user who was asked",
     .reason = kNoUrls},
    {.id = "elicitation.phishing_same",
     .span = kUrls,
     .source = kSource,
     .words = "who started the question is who completes it",
     .reason = kNoUrls},
    {.id = "elicitation.phishing_changed",
     .span = kUrls,
     .source = kSource,
     .words = "a URL that was changed does not get around that",
     .reason = kNoUrls},
};

}  // namespace

std::span<const Requirement> elicitation_rows() { return kRows; }

}  // namespace mcp::test
