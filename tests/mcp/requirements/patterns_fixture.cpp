// SPDX-License-Identifier: MIT
// Requirements on cancelling, on progress, and on standard input and output.
#include <fmt/format.h>

#include "mcp/protocol/methods.hpp"
#include "mcp/requirements/play.hpp"
#include "mcp/requirements/requirement.hpp"
#include "mcp/server/active_call.hpp"

namespace mcp::test {

namespace {

namespace json = boost::json;

std::string cancelled(std::int64_t id) { return "\"requestId\":" + std::to_string(id); }

// The values of progress that a call with this token tells.
std::vector<json::object> progress_of(Play& play, std::string_view meta, Hook hook) {
  *play.hook = std::move(hook);
  play.say("tools/call", R"("name":"hook")", meta);
  std::vector<json::object> params;
  for (const json::object& message : of_method(play.heard(), notification::kProgress)) {
    params.push_back(message.at("params").as_object());
  }
  return params;
}

constexpr Requirement kCancellationRows[]{
    {.id = "cancel.own",
     .span = kLegacy,
     .source = "basic/utilities/cancellation",
     .words = "the server cancels requests of its own only, and only while they are open",
     .check =
         [](Play& play) {
           if (play.revision < Revision::v2025_06_18) {
             CHECK(of_method(play.tour(), notification::kCancelled).empty());
             return;
           }
           play.declare(R"({"elicitation":{}})");
           play.say("tools/call", R"("name":"ask")");
           const auto asked = play.heard();
           REQUIRE(asked.size() == 1);
           play.notify(notification::kCancelled, cancelled(play.last_id));
           const auto withdrawn = play.heard();
           REQUIRE(withdrawn.size() == 1);
           CHECK(withdrawn[0].at("params").at("requestId") == asked[0].at("id"));
           play.notify(notification::kCancelled, cancelled(play.last_id));
           CHECK(play.heard().empty());
         }},
    {.id = "cancel.stop",
     .level = Level::should,
     .source = "basic/utilities/cancellation",
     .words = "the work of a cancelled request is stopped",
     .check =
         [](Play& play) {
           bool is_told = false;
           *play.hook = [&](Call& call) {
             call.on_cancel([&] { is_told = true; });
             play.notify(notification::kCancelled, cancelled(play.last_id));
             CHECK(call.is_cancelled());
           };
           play.say("tools/call", R"("name":"hook")");
           CHECK(is_told);
           bool is_begun = false;
           *play.hook = [&](Call&) { is_begun = true; };
           play.talk.hold = true;
           play.say("tools/call", R"("name":"hook")");
           play.notify(notification::kCancelled, cancelled(play.last_id));
           play.talk.work.run_all();
           CHECK_FALSE(is_begun);
         }},
    {.id = "cancel.free",
     .level = Level::should,
     .source = "basic/utilities/cancellation",
     .words = "nothing of a cancelled request is kept",
     .check =
         [](Play& play) {
           play.talk.hold = true;
           play.say("tools/call", R"("name":"echo")");
           CHECK(play.talk.session->in_flight() == 1);
           play.notify(notification::kCancelled, cancelled(play.last_id));
           CHECK(play.talk.session->in_flight() == 0);
         }},
    {.id = "cancel.no_answer",
     .level = Level::should,
     .source = "basic/utilities/cancellation",
     .words = "a cancelled request is not answered",
     .check =
         [](Play& play) {
           *play.hook = [&](Call&) {
             play.notify(notification::kCancelled, cancelled(play.last_id));
           };
           play.say("tools/call", R"("name":"hook")");
           CHECK(play.heard().empty());
         }},
    {.id = "cancel.race",
     .source = "basic/utilities/cancellation",
     .words = "a cancellation that comes after the answer does no harm",
     .check =
         [](Play& play) {
           CHECK(play.result("tools/call", R"("name":"echo")").contains("content"));
           play.notify(notification::kCancelled, cancelled(play.last_id));
           CHECK(play.heard().empty());
           CHECK(play.result("tools/call", R"("name":"echo")").contains("content"));
         }},
    {.id = "cancel.log",
     .level = Level::should,
     .source = "basic/utilities/cancellation",
     .words = "reasons of cancellations are logged",
     .check =
         [](Play& play) {
           play.talk.hold = true;
           play.say("tools/call", R"("name":"echo")");
           play.notify("notifications/cancelled",
                       fmt::format(R"("requestId":{},"reason":"lost patience")", play.last_id));
           REQUIRE(play.talk.log.lines.size() == 1);
           CHECK(play.talk.log.lines[0].find("lost patience") != std::string::npos);
         }},
    {.id = "cancel.invalid",
     .level = Level::should,
     .source = "basic/utilities/cancellation",
     .words = "cancellations of unknown and finished requests, and malformed ones, are passed over",
     .check =
         [](Play& play) {
           play.result("tools/list");
           play.talk.hold = true;
           play.say("tools/call", R"("name":"echo")");
           for (const char* params : {R"("requestId":1)", R"("requestId":"none")", "",
                                      R"("requestId":null)", R"("requestId":[2])"}) {
             play.notify(notification::kCancelled, params);
           }
           CHECK(play.heard().empty());
           play.talk.work.run_all();
           CHECK(play.heard().size() == 1);
         }},
    {.id = "cancel.listen_only",
     .level = Level::must_not,
     .span = kModern,
     .source = "basic/utilities/cancellation",
     .words = "the server cancels nothing but streams of subscriptions/listen",
     .check = [](Play& play) { CHECK(of_method(play.tour(), notification::kCancelled).empty()); }},
    {.id = "cancel.reference",
     .span = kModern,
     .source = "basic/utilities/cancellation",
     .words = "the server's cancellation names the request of the stream",
     .check =
         [](Play& play) {
           play.say("subscriptions/listen", R"("notifications":{"toolsListChanged":true})");
           play.heard();
           play.talk.session->end_subscriptions();
           const auto ends = of_method(play.heard(), notification::kCancelled);
           REQUIRE(ends.size() == 1);
           CHECK(ends[0].at("params").at("requestId") == play.last_id);
         }},
};

constexpr Requirement kProgressRows[]{
    {.id = "progress.token",
     .source = "basic/utilities/progress",
     .words = "progress is told with the token of the request, and without one not at all",
     .check =
         [](Play& play) {
           const Hook once = [](Call& call) { call.report_progress(1, 2, "x"); };
           CHECK(progress_of(play, {}, once).empty());
           for (const char* token : {"7", "\"a\"", "\"\""}) {
             const auto told = progress_of(play, std::string("\"progressToken\":") + token, once);
             REQUIRE(told.size() == 1);
             CHECK(told[0].at("progressToken") == json::parse(token));
           }
         }},
    {.id = "progress.rises",
     .source = "basic/utilities/progress",
     .words = "progress rises with each message",
     .check =
         [](Play& play) {
           const auto told = progress_of(play, R"("progressToken":1)", [](Call& call) {
             for (const double value : {1.0, 1.0, 0.5, 2.5, 2.5, 3.0}) {
               call.report_progress(value, 0, "x");
             }
           });
           REQUIRE(told.size() == 3);
           CHECK(told[1].at("progress") == 2.5);
           CHECK(told[2].at("progress") == 3);
         }},
    {.id = "progress.ends",
     .source = "basic/utilities/progress",
     .words = "after the answer no progress is told",
     .check =
         [](Play& play) {
           ActiveCall call({.id = RequestId(1),
                            .revision = play.revision,
                            .progress_token = ProgressToken(1),
                            .channel = play.talk.channel,
                            .wants_log = [](LogLevel) { return true; }});
           call.report_progress(1, 0, "x");
           call.answer({});
           call.report_progress(2, 0, "x");
           call.log(LogLevel::error, "t", "x");
           CHECK(play.talk.channel->messages.size() == 2);
           play.talk.channel->messages.clear();
         }},
    {.id = "progress.message",
     .level = Level::should,
     .span = since(Revision::v2025_03_26),
     .source = "basic/utilities/progress",
     .words = "the message of progress is a text for people",
     .check =
         [](Play& play) {
           const auto told = progress_of(play, R"("progressToken":1)", [](Call& call) {
             call.report_progress(1, 2, "half of it");
           });
           REQUIRE(told.size() == 1);
           CHECK(told[0].at("message") == "half of it");
         }},
    {.id = "progress.track",
     .level = Level::should,
     .source = "basic/utilities/progress",
     .words = "tokens are kept as long as their request is at work",
     .check =
         [](Play& play) {
           const auto told = progress_of(play, R"("progressToken":1)", [&](Call& call) {
             play.notify(notification::kCancelled, cancelled(play.last_id));
             call.report_progress(1, 2, "x");
           });
           CHECK(told.empty());
           CHECK(play.talk.session->in_flight() == 0);
         }},
    {.id = "progress.rate",
     .level = Level::should,
     .source = "basic/utilities/progress",
     .words = "progress does not flood the client",
     .reason = "the product tells it at most every 50 ms, and the transport drops it while the "
               "client does not read"},
};

constexpr Requirement kStdioRows[]{
    {.id = "stdio.utf8",
     .span = since(Revision::v2025_03_26),
     .source = "basic/transports",
     .words = "messages are UTF-8: other bytes are refused",
     .check =
         [](Play& play) {
           std::string line = play.line("tools/call", R"("name":"echo","arguments":{"a":"?"})");
           line[line.find('?')] = '\xFF';
           play.talk.say_wrong(line);
           for (const json::object& message : play.heard()) {
             CHECK(message.at("error").at("code") == -32700);
           }
           CHECK(play.result("tools/list").contains("tools"));
         }},
    {.id = "stdio.utf8_sent",
     .span = since(Revision::v2025_03_26),
     .source = "basic/transports",
     .words = "messages of the server are UTF-8, whatever files hold",
     .shown_by = "tests/apps/loop_mcp_form_test.cpp: mcp: bytes that are no text do not get into "
                 "the protocol"},
    {.id = "stdio.lines",
     .level = Level::must_not,
     .source = "basic/transports",
     .words = "a message has no line break inside",
     .shown_by = "tests/apps/loop_mcp_form_test.cpp: mcp: texts of many lines go out on one line"},
    {.id = "stdio.pure",
     .level = Level::must_not,
     .source = "basic/transports",
     .words = "nothing but messages is written to standard output",
     .shown_by = "tests/apps/loop_mcp_test.cpp: mcp: what a delegated run prints never gets into "
                 "the protocol"},
    {.id = "stdio.no_requests",
     .level = Level::must_not,
     .span = kModern,
     .source = "basic/transports",
     .words = "the server writes no requests",
     .check =
         [](Play& play) {
           play.declare(R"({"elicitation":{},"sampling":{},"roots":{}})");
           for (const json::object& message : play.tour()) {
             CHECK_FALSE((message.contains("method") && message.contains("id")));
           }
         }},
    {.id = "stdio.cancel_stop",
     .level = Level::should,
     .span = kModern,
     .source = "basic/transports",
     .words = "the work of a cancelled request ends soon",
     .check =
         [](Play& play) {
           *play.hook = [&](Call& call) {
             play.notify(notification::kCancelled, cancelled(play.last_id));
             CHECK(call.is_cancelled());
           };
           play.say("tools/call", R"("name":"hook")");
           CHECK(play.talk.session->in_flight() == 0);
         }},
    {.id = "stdio.cancel_silent",
     .level = Level::must_not,
     .span = kModern,
     .source = "basic/transports",
     .words = "after its cancellation nothing more is sent for a request",
     .check =
         [](Play& play) {
           *play.hook = [&](Call& call) {
             play.notify(notification::kCancelled, cancelled(play.last_id));
             call.report_progress(1, 2, "x");
             call.log(LogLevel::error, "t", "x");
           };
           play.say("tools/call", R"("name":"hook")",
                    R"("progressToken":1,"io.modelcontextprotocol/logLevel":"debug")");
           CHECK(play.heard().empty());
           play.say("subscriptions/listen", R"("notifications":{"toolsListChanged":true})");
           CHECK(play.heard().size() == 1);
           play.notify(notification::kCancelled, cancelled(play.last_id));
           play.talk.server.notify_tools_changed();
           play.talk.session->end_subscriptions();
           CHECK(play.heard().empty());
         }},
    {.id = "stdio.exit",
     .level = Level::should,
     .span = kModern,
     .source = "basic/transports",
     .words = "at the end of its input the server ends soon",
     .shown_by =
         "tests/apps/loop_mcp_test.cpp: mcp: an input without anything ends at once and quietly"},
};

}  // namespace

std::span<const Requirement> cancellation_rows() { return kCancellationRows; }
std::span<const Requirement> progress_rows() { return kProgressRows; }
std::span<const Requirement> stdio_rows() { return kStdioRows; }

}  // namespace mcp::test
