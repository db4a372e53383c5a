// SPDX-License-Identifier: MIT
// Requirements on faults and news of tasks, and on the experimental tasks before the extension.
#include <fmt/format.h>

#include "mcp/protocol/methods.hpp"
#include "mcp/requirements/requirement.hpp"
#include "mcp/requirements/task_play.hpp"

namespace mcp::test {

namespace {

namespace json = boost::json;

constexpr Requirement kRows[]{
    {.id = "tasks.listen_undeclared",
     .span = kModern,
     .source = kTaskSource,
     .words = "to listen to tasks without having declared them is -32021",
     .check =
         [](Play& play) {
           CHECK(play.refusal("subscriptions/listen", R"("notifications":{"taskIds":["x"]})") ==
                 -32021);
         }},
    {.id = "tasks.stream_only_states",
     .level = Level::must_not,
     .span = kModern,
     .source = kTaskSource,
     .words = "progress and logs of a task are not sent on the stream that tells of it",
     .check =
         [](Play& play) {
           *play.hook = [&](Call& call) {
             const auto created = play.heard();
             play.say("subscriptions/listen",
                      fmt::format(R"("notifications":{{"taskIds":[{}]}})",
                                  json::serialize(created.at(0).at("result").at("taskId"))));
             play.heard();
             call.report_progress(1, 2, "half");
             call.log(LogLevel::error, "t", "x");
           };
           declare_tasks(play);
           play.say("tools/call", job("hook"),
                    R"("progressToken":1,"io.modelcontextprotocol/logLevel":"debug")");
           const auto heard = play.heard();
           CHECK(of_method(heard, "notifications/tasks").size() == 2);
           CHECK(heard.size() == 2);
         }},
    {.id = "tasks.get_unknown",
     .span = kModern,
     .source = kTaskSource,
     .words = "tasks/get of an unknown task is -32602",
     .check =
         [](Play& play) {
           declare_tasks(play);
           CHECK(code_of(ask_task(play, "tasks/get", "none")) == -32602);
           CHECK(play.refusal("tasks/get") == -32602);
           CHECK(play.refusal("tasks/get", R"("taskId":7)") == -32602);
         }},
    {.id = "tasks.internal",
     .span = kModern,
     .source = kTaskSource,
     .words = "a fault of the server is -32603",
     .shown_by = "tests/mcp/tasks_test.cpp: tasks are bounded: too many at work are refused, the "
                 "oldest finished are forgotten"},
    {.id = "tasks.methods_undeclared",
     .span = kModern,
     .source = kTaskSource,
     .words = "tasks/get, tasks/update and tasks/cancel without having declared tasks are -32021",
     .check =
         [](Play& play) {
           const std::string id = start(play, "ask");
           play.declare("{}");
           for (const char* method : {"tasks/get", "tasks/update", "tasks/cancel"}) {
             CHECK(code_of(ask_task(play, method, id, kAnswerA)) == -32021);
           }
         }},
    {.id = "tasks.messages",
     .level = Level::should,
     .span = kModern,
     .source = kTaskSource,
     .words = "messages of errors say what is wrong",
     .check =
         [](Play& play) {
           declare_tasks(play);
           const auto refused = ask_task(play, "tasks/get", "no-such-task");
           CHECK(json::serialize(refused.at("error").at("message")).find("no-such-task") !=
                 std::string::npos);
         }},
    {.id = "tasks.failed_message",
     .level = Level::should,
     .span = kModern,
     .source = kTaskSource,
     .words = "a task that failed says why in statusMessage",
     .check =
         [](Play& play) {
           const auto failed = state_of(play, start(play, "break"));
           CHECK(failed.at("statusMessage") == failed.at("error").at("message"));
         }},
    {.id = "tasks.failed_error",
     .span = kModern,
     .source = kTaskSource,
     .words = "a task that failed has the error that the call would have got",
     .check =
         [](Play& play) {
           const auto error = state_of(play, start(play, "break")).at("error");
           CHECK(error == json::object{{"code", -32602}, {"message", "broken"}});
         }},
    {.id = "tasks.failed_only",
     .level = Level::must_not,
     .span = kModern,
     .source = kTaskSource,
     .words = "failed is not said of a tool that failed in its own terms",
     .check =
         [](Play& play) { CHECK(state_of(play, start(play, "fail")).at("status") != "failed"); }},
    {.id = "tasks.completed_error",
     .span = kModern,
     .source = kTaskSource,
     .words = "such a task is completed, with isError in its result",
     .check =
         [](Play& play) {
           const auto state = state_of(play, start(play, "fail"));
           CHECK(state.at("status") == "completed");
           CHECK(state.at("result").at("isError").as_bool());
         }},
    {.id = "tasks.completed_result",
     .span = kModern,
     .source = kTaskSource,
     .words = "a task that is completed has the result that the call would have got",
     .check =
         [](Play& play) {
           const auto result = state_of(play, start(play, "done")).at("result").as_object();
           CHECK(result.at("content") == json::array{{{"type", "text"}, {"text", "done"}}});
         }},
    {.id = "tasks.id_entropy",
     .span = kModern,
     .source = kTaskSource,
     .words = "ids of tasks cannot be guessed",
     .check =
         [](Play& play) {
           const std::string one = start(play, "done");
           const std::string other = start(play, "done");
           CHECK(one != other);
           CHECK(one.size() >= 36);
           // Neither a counter: they differ nearly everywhere.
           int same = 0;
           for (std::size_t index = 0; index < one.size(); ++index)
             same += one[index] == other[index];
           CHECK(same < 24);
         }},
    {.id = "tasks.access",
     .span = kModern,
     .source = kTaskSource,
     .words = "each request about a task is checked for who may make it",
     .reason = "whoever can speak to the server started it, and may do everything with it"},
    {.id = "tasks.experimental_ignored",
     .span = only(Revision::v2025_11_25),
     .source = "basic/utilities/tasks",
     .words = "a server that has not declared tasks serves a call with task as any other call",
     .check =
         [](Play& play) {
           const auto result = play.result("tools/call", R"("name":"echo","task":{"ttl":1000})");
           CHECK(result.contains("content"));
           CHECK_FALSE(result.contains("task"));
         }},
    {.id = "tasks.experimental_declared",
     .span = only(Revision::v2025_11_25),
     .source = "basic/utilities/tasks",
     .words = "a server that offers these tasks declares them, and meets all else of that page",
     .reason = "they are not offered: they were experimental, and the extension has replaced them"},
    {.id = "tasks.experimental_progress",
     .span = only(Revision::v2025_11_25),
     .source = "basic/utilities/progress",
     .words = "progress of such a task goes on with the token of its request, until its end",
     .reason = "they are not offered: they were experimental, and the extension has replaced them"},
};

}  // namespace

std::span<const Requirement> task_error_rows() { return kRows; }

}  // namespace mcp::test
