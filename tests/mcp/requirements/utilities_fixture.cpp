// SPDX-License-Identifier: MIT
// Requirements on completion, logs, pages of lists, and caching.
#include <fmt/format.h>

#include <set>

#include "mcp/protocol/methods.hpp"
#include "mcp/requirements/play.hpp"
#include "mcp/requirements/requirement.hpp"

namespace mcp::test {

namespace {

namespace json = boost::json;

constexpr std::string_view kGreetHow =
    R"("ref":{"type":"ref/prompt","name":"greet"},"argument":{"name":"how","value":"the "})";
constexpr std::string_view kOwnNames =
    "only names that the lists and tools give anyway are suggested";

constexpr Requirement kCompletionRows[]{
    {.id = "completion.capability",
     .span = since(Revision::v2025_03_26),
     .source = "server/utilities/completion",
     .words = "a server that completes declares it, one that does not does not",
     .check =
         [](Play& play) {
           CHECK(play.capabilities().contains("completions"));
           Play bare(play.revision, bare_definition());
           CHECK_FALSE(bare.capabilities().contains("completions"));
         }},
    {.id = "completion.unsupported",
     .level = Level::should,
     .source = "server/utilities/completion",
     .words = "a server that does not complete answers -32601",
     .check =
         [](Play& play) {
           Play bare(play.revision, bare_definition());
           CHECK(bare.refusal("completion/complete", R"("ref":{"type":"ref/prompt","name":"p"},
               "argument":{"name":"a","value":""})") == -32601);
         }},
    {.id = "completion.errors",
     .level = Level::should,
     .source = "server/utilities/completion",
     .words = "an unknown prompt or a missing argument is -32602",
     .check =
         [](Play& play) {
           CHECK(play.refusal("completion/complete", R"("ref":{"type":"ref/prompt","name":"none"},
               "argument":{"name":"how","value":""})") == -32602);
           CHECK(play.refusal("completion/complete",
                              R"("ref":{"type":"ref/prompt","name":"greet"})") == -32602);
         }},
    {.id = "completion.validate",
     .source = "server/utilities/completion",
     .words = "all that is given to complete is checked",
     .check =
         [](Play& play) {
           for (
               const char* params :
               {R"("ref":7,"argument":{"name":"a","value":""})",
                R"("ref":{"type":"ref/tool","name":"a"},"argument":{"name":"a","value":""})",
                R"("ref":{"type":"ref/prompt","name":"greet"},"argument":{"name":"how"})",
                R"("ref":{"type":"ref/prompt","name":"greet"},"argument":{"name":"how","value":7})"}) {
             INFO(params);
             CHECK(play.refusal("completion/complete", params) == -32602);
           }
         }},
    {.id = "completion.order",
     .level = Level::should,
     .source = "server/utilities/completion",
     .words = "the best suggestion comes first",
     .check =
         [](Play& play) {
           CHECK(play.result("completion/complete", kGreetHow).at("completion").at("values") ==
                 json::array{"the best", "the good", "the a little"});
         }},
    {.id = "completion.fuzzy",
     .level = Level::should,
     .source = "server/utilities/completion",
     .words = "suggestions need not begin as the input, where that is fitting",
     .reason = "slugs and ids are completed by how they begin, as in a shell"},
    {.id = "completion.hundred",
     .source = "schema: CompleteResult",
     .words = "at most 100 values are given, and it is said that there are more",
     .check =
         [](Play& play) {
           const auto completion =
               play.result("completion/complete", R"("ref":{"type":"ref/resource",
                   "uri":"note://{name}"},"argument":{"name":"name","value":""})")
                   .at("completion");
           CHECK(completion.at("values").as_array().size() == 100);
           CHECK(completion.at("total") == 101);
           CHECK(completion.at("hasMore").as_bool());
         }},
    {.id = "completion.rate",
     .source = "server/utilities/completion",
     .words = "completions are limited",
     .check =
         [](Play& play) {
           play.talk.hold = true;
           play.talk.work.waiting_max = 0;
           CHECK(play.ask("completion/complete", kGreetHow).at("error").at("code") == -32603);
         }},
    {.id = "completion.access",
     .source = "server/utilities/completion",
     .words = "access to suggestions that are sensitive is controlled",
     .reason = kOwnNames},
    {.id = "completion.disclosure",
     .source = "server/utilities/completion",
     .words = "suggestions tell nothing that the client may not know",
     .reason = kOwnNames},
};

// The levels that a call tells, of debug and error.
std::string levels(Play& play, std::string_view meta = {}) {
  *play.hook = [](Call& call) {
    call.log(LogLevel::debug, "t", "x");
    call.log(LogLevel::error, "t", "x");
  };
  play.say("tools/call", R"("name":"hook")", meta);
  std::string text;
  for (const json::object& message : of_method(play.heard(), notification::kMessage)) {
    text += std::string(message.at("params").at("level").as_string()) + " ";
  }
  return text;
}

constexpr std::string_view kLevelKey = R"("io.modelcontextprotocol/logLevel":)";

constexpr Requirement kLoggingRows[]{
    {.id = "logging.capability",
     .source = "server/utilities/logging",
     .words = "a server that sends logs declares it",
     .check = [](Play& play) { CHECK(play.capabilities().contains("logging")); }},
    {.id = "logging.level",
     .level = Level::should,
     .span = kLegacy,
     .source = "schema: SetLevelRequest",
     .words = "logs of the level that was set, and graver ones, are sent",
     .check =
         [](Play& play) {
           play.result("logging/setLevel", R"("level":"debug")");
           CHECK(levels(play) == "debug error ");
           play.result("logging/setLevel", R"("level":"error")");
           CHECK(levels(play) == "error ");
           play.result("logging/setLevel", R"("level":"alert")");
           CHECK(levels(play).empty());
         }},
    {.id = "logging.unasked",
     .level = Level::must_not,
     .span = kModern,
     .source = "server/utilities/logging",
     .words = "a request that names no level gets no logs",
     .check =
         [](Play& play) {
           CHECK(levels(play).empty());
           CHECK(levels(play, std::string(kLevelKey) + "\"debug\"") == "debug error ");
           CHECK(levels(play, std::string(kLevelKey) + "\"error\"") == "error ");
         }},
    {.id = "logging.not_on_streams",
     .level = Level::must_not,
     .span = kModern,
     .source = "server/utilities/logging",
     .words = "logs are not sent on a stream of subscriptions/listen",
     .check =
         [](Play& play) {
           play.say("subscriptions/listen", R"("notifications":{"toolsListChanged":true})");
           play.heard();
           *play.hook = [](Call& call) { call.log(LogLevel::error, "t", "x"); };
           play.say("tools/call", R"("name":"hook")", std::string(kLevelKey) + "\"debug\"");
           const auto logs = of_method(play.heard(), notification::kMessage);
           REQUIRE(logs.size() == 1);
           CHECK_FALSE(logs[0].at("params").as_object().contains("_meta"));
         }},
    {.id = "logging.bad_level",
     .level = Level::should,
     .source = "server/utilities/logging",
     .words = "an unknown level is -32602",
     .check =
         [](Play& play) {
           for (const char* level : {"\"loud\"", "\"\"", "7", "\"ERROR\""}) {
             const std::string text(level);
             CHECK((play.is_modern()
                        ? play.refusal("tools/list", {}, std::string(kLevelKey) + text)
                        : play.refusal("logging/setLevel", "\"level\":" + text)) == -32602);
           }
         }},
    {.id = "logging.rate",
     .level = Level::should,
     .source = "server/utilities/logging",
     .words = "logs do not flood the client",
     .reason = "the transport drops them while the client does not read"},
    {.id = "logging.context",
     .level = Level::should,
     .source = "server/utilities/logging",
     .words = "logs say what they are about",
     .reason = "the product sends no logs but of faults of the server"},
    {.id = "logging.names",
     .level = Level::should,
     .source = "server/utilities/logging",
     .words = "names of loggers are always the same",
     .reason = "there is one: \"server\""},
    {.id = "logging.sensitive",
     .level = Level::should,
     .source = "server/utilities/logging",
     .words = "what is sensitive is taken out of logs",
     .shown_by = "tests/mcp/session_test.cpp: errors of a call: unknown tool, bad parameters, "
                 "unknown method, a handler that throws"},
    {.id = "logging.secrets",
     .level = Level::must_not,
     .source = "server/utilities/logging",
     .words = "logs tell no secrets, nothing of persons, and nothing of the inside that helps an "
              "attacker",
     .shown_by = "tests/mcp/session_test.cpp: errors of a call: unknown tool, bad parameters, "
                 "unknown method, a handler that throws"},
    {.id = "logging.adopt",
     .level = Level::should_not,
     .span = kModern,
     .source = "server/utilities/logging",
     .words = "new programs do not take up logs, which are deprecated",
     .reason = "older clients have nothing else, and the protocol keeps them for a year at least"},
};

std::set<std::string> names_of(const json::object& page) {
  std::set<std::string> names;
  for (const json::value& tool : page.at("tools").as_array()) {
    names.emplace(tool.at("name").as_string());
  }
  return names;
}

json::object page_after(Play& play, const json::object& page) {
  return play.result("tools/list", "\"cursor\":" + json::serialize(page.at("nextCursor")));
}

constexpr Requirement kPagingRows[]{
    {.id = "paging.next",
     .level = Level::should,
     .source = "schema: PaginatedRequestParams",
     .words = "a cursor gives what comes after its page, each entry once",
     .check =
         [](Play& play) {
           auto page = play.result("tools/list");
           auto names = names_of(page);
           while (page.contains("nextCursor")) {
             page = page_after(play, page);
             for (const std::string& name : names_of(page)) CHECK(names.insert(name).second);
           }
           CHECK(names.size() == 8);
         }},
    {.id = "paging.stable",
     .level = Level::should,
     .source = "server/utilities/pagination",
     .words = "a cursor gives the same page again",
     .check =
         [](Play& play) {
           const auto first = play.result("tools/list");
           CHECK(page_after(play, first) == page_after(play, first));
         }},
    {.id = "paging.graceful",
     .level = Level::should,
     .source = "server/utilities/pagination",
     .words = "a cursor that was never given does no harm",
     .check =
         [](Play& play) {
           for (const char* method :
                {"tools/list", "resources/list", "resources/templates/list", "prompts/list"}) {
             CHECK(play.talk.ask_wrong(play.line(method, R"("cursor":"none")")).contains("error"));
             CHECK(play.ask(method).contains("result"));
           }
         }},
    {.id = "paging.error",
     .level = Level::should,
     .source = "server/utilities/pagination",
     .words = "such a cursor is -32602",
     .check =
         [](Play& play) {
           for (const char* cursor : {"\"none\"", "\"ZnJvbSA5OQ==\"", "7", "null"}) {
             CHECK(play.refusal("tools/list", "\"cursor\":" + std::string(cursor)) == -32602);
           }
         }},
    {.id = "caching.hints",
     .span = kModern,
     .source = "server/utilities/caching",
     .words = "lists, resources/read and server/discover say how long they hold, and for whom",
     .check =
         [](Play& play) {
           for (const char* method : {"server/discover", "tools/list", "prompts/list",
                                      "resources/list", "resources/templates/list"}) {
             const auto result = play.result(method);
             CHECK(result.at("ttlMs").is_int64());
             CHECK(result.at("cacheScope") == "private");
           }
           CHECK(play.result("resources/read", R"("uri":"note://a")").contains("ttlMs"));
           CHECK_FALSE(play.result("tools/call", R"("name":"echo")").contains("ttlMs"));
           play.declare(R"({"elicitation":{}})");
           CHECK_FALSE(play.result("tools/call", R"("name":"ask")").contains("ttlMs"));
         }},
    {.id = "caching.ttl",
     .span = kModern,
     .source = "server/utilities/caching",
     .words = "that time is not negative",
     .check = [](Play& play) { CHECK(play.result("tools/list").at("ttlMs").as_int64() >= 0); }},
    {.id = "caching.aware",
     .span = kModern,
     .source = "server/utilities/caching",
     .words = "what is public may be shown to others, and the server acts accordingly",
     .check =
         [](Play& play) {
           for (const json::object& message : play.tour()) {
             CHECK(json::serialize(message).find(R"("cacheScope":"public")") == std::string::npos);
           }
         }},
    {.id = "caching.access",
     .span = kModern,
     .source = "server/utilities/caching",
     .words = "each entry has its own control of access",
     .reason = "everything is private, and of the user who started the server"},
    {.id = "caching.scope",
     .level = Level::must_not,
     .span = kModern,
     .source = "server/utilities/caching",
     .words = "the scope of caching is not what protects an entry",
     .reason = "everything is private, and of the user who started the server"},
};

}  // namespace

std::span<const Requirement> completion_rows() { return kCompletionRows; }
std::span<const Requirement> logging_rows() { return kLoggingRows; }
std::span<const Requirement> paging_rows() { return kPagingRows; }

}  // namespace mcp::test
