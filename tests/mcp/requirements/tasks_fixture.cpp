// SPDX-License-Identifier: MIT
// Requirements of the extension for tasks.
#include <fmt/format.h>

#include "mcp/protocol/methods.hpp"
#include "mcp/requirements/requirement.hpp"
#include "mcp/requirements/task_play.hpp"

namespace mcp::test {

namespace {

namespace json = boost::json;

constexpr std::string_view kExtension = "io.modelcontextprotocol/tasks";
constexpr std::string_view kSameKey =
    "tests/mcp/tasks_test.cpp: a task that asks the same again fails instead of asking for ever";

// The state that tasks/get tells while the job is at work.
json::object state_at_work(Play& play) {
  json::object state;
  *play.hook = [&](Call&) {
    const auto created = play.heard();
    state = state_of(play, created.at(0).at("result").at("taskId").as_string());
  };
  declare_tasks(play);
  play.say("tools/call", job("hook"));
  return state;
}

constexpr Requirement kRows[]{
    {.id = "tasks.undeclared",
     .level = Level::must_not,
     .span = kModern,
     .source = kTaskSource,
     .words = "a client that has not declared tasks on its request gets none",
     .check =
         [](Play& play) {
           start(play, "done");
           play.declare(R"({"elicitation":{}})");
           CHECK_FALSE(play.ask("tools/call", job("done")).contains("result"));
         }},
    {.id = "tasks.needed",
     .span = kModern,
     .source = kTaskSource,
     .words = "where only a task would do, such a client gets -32021, which names the extension",
     .check =
         [](Play& play) {
           const auto refused = play.ask("tools/call", job("done"));
           CHECK(code_of(refused) == -32021);
           CHECK(refused.at("error").at("data").at("requiredCapabilities").at("extensions") ==
                 json::object{{kExtension, json::object()}});
         }},
    {.id = "tasks.more_methods",
     .level = Level::should,
     .span = kModern,
     .source = kTaskSource,
     .words = "other methods than tools/call could get tasks later",
     .reason = "a matter of design: a task holds the outcome of any method"},
    {.id = "tasks.result_type",
     .span = kModern,
     .source = kTaskSource,
     .words = "the result that tells of a new task has the resultType task",
     .check = [](Play& play) { CHECK_FALSE(start(play, "done").empty()); }},
    {.id = "tasks.result_type_only",
     .level = Level::must_not,
     .span = kModern,
     .source = kTaskSource,
     .words = "no other result has it",
     .check =
         [](Play& play) {
           declare_tasks(play);
           for (const json::object& message : play.tour()) {
             if (!message.contains("result")) continue;
             CHECK(message.at("result").at("resultType") != "task");
           }
         }},
    {.id = "tasks.durable",
     .level = Level::must_not,
     .span = kModern,
     .source = kTaskSource,
     .words = "a task is not told of before tasks/get finds it",
     .check =
         [](Play& play) {
           play.talk.hold = true;
           const std::string id = start(play, "done");
           CHECK(play.talk.server.find_task(id).has_value());
         }},
    {.id = "tasks.consistent",
     .span = kModern,
     .source = kTaskSource,
     .words = "where stores agree late, the server waits until they do",
     .reason = "tasks of a server are in its memory, delegations in files of one machine"},
    {.id = "tasks.ask_first",
     .level = Level::should,
     .span = kModern,
     .source = kTaskSource,
     .words = "what is asked by results is asked before the task is told of",
     .shown_by = "tests/mcp/tasks_test.cpp: a call may ask first and become a task then"},
    {.id = "tasks.working",
     .span = kModern,
     .source = kTaskSource,
     .words = "tasks/get tells working of what is at work",
     .check = [](Play& play) { CHECK(state_at_work(play).at("status") == "working"); }},
    {.id = "tasks.input_required",
     .span = kModern,
     .source = kTaskSource,
     .words = "tasks/get tells input_required, with questions, of what waits for answers",
     .check =
         [](Play& play) {
           const auto state = state_of(play, start(play, "ask"));
           CHECK(state.at("status") == "input_required");
           CHECK(state.at("inputRequests").at("a").at("method") == "elicitation/create");
         }},
    {.id = "tasks.all_questions",
     .span = kModern,
     .source = kTaskSource,
     .words = "these are all questions that are open",
     .check =
         [](Play& play) {
           const std::string id = start(play, "ask");
           CHECK(state_of(play, id).at("inputRequests").as_object().size() == 2);
           ask_task(play, "tasks/update", id, kAnswerA);
           const auto left = state_of(play, id).at("inputRequests").as_object();
           CHECK(left.size() == 1);
           CHECK(left.contains("b"));
         }},
    {.id = "tasks.completed",
     .span = kModern,
     .source = kTaskSource,
     .words = "tasks/get tells completed, with the result, of what is done",
     .check =
         [](Play& play) {
           const auto state = state_of(play, start(play, "done"));
           CHECK(state.at("status") == "completed");
           CHECK(state.at("result").at("content").at(0).at("text") == "done");
         }},
    {.id = "tasks.cancelled",
     .span = kModern,
     .source = kTaskSource,
     .words = "tasks/get tells cancelled of what was cancelled",
     .check =
         [](Play& play) {
           const std::string id = start(play, "ask");
           ask_task(play, "tasks/cancel", id);
           CHECK(state_of(play, id).at("status") == "cancelled");
         }},
    {.id = "tasks.failed",
     .span = kModern,
     .source = kTaskSource,
     .words = "tasks/get tells failed, with the error, of what ended by an error of the protocol",
     .check =
         [](Play& play) {
           const auto state = state_of(play, start(play, "break"));
           CHECK(state.at("status") == "failed");
           CHECK(state.at("error").at("code") == -32602);
           CHECK(state.at("error").at("message") == "broken");
         }},
    {.id = "tasks.get_type",
     .span = kModern,
     .source = kTaskSource,
     .words = "the result of tasks/get has the resultType complete",
     .check =
         [](Play& play) {
           for (const char* wish : {"done", "ask", "break", "fail"}) {
             CHECK(state_of(play, start(play, wish)).at("resultType") == "complete");
           }
         }},
    {.id = "tasks.keys",
     .span = kModern,
     .source = kTaskSource,
     .words = "a key of a question is unique as long as the task lives",
     .shown_by = kSameKey},
    {.id = "tasks.keys_reused",
     .level = Level::must_not,
     .span = kModern,
     .source = kTaskSource,
     .words = "a key that was answered is not used again",
     .check =
         [](Play& play) {
           const std::string id = start(play, "repeat");
           ask_task(play, "tasks/update", id, kAnswerA);
           CHECK_FALSE(state_of(play, id).contains("inputRequests"));
         }},
    {.id = "tasks.keys_two",
     .level = Level::must_not,
     .span = kModern,
     .source = kTaskSource,
     .words = "a key does not mean two questions",
     .shown_by = kSameKey},
    {.id = "tasks.update_answer",
     .span = kModern,
     .source = kTaskSource,
     .words = "tasks/update is answered with an empty result",
     .check =
         [](Play& play) {
           auto result = ask_task(play, "tasks/update", start(play, "ask"), kAnswerA)
                             .at("result")
                             .as_object();
           result.erase("resultType");
           result.erase("_meta");
           CHECK(result.empty());
         }},
    {.id = "tasks.update_unknown",
     .level = Level::should,
     .span = kModern,
     .source = kTaskSource,
     .words = "tasks/update of an unknown task is an error",
     .check =
         [](Play& play) {
           declare_tasks(play);
           CHECK(code_of(ask_task(play, "tasks/update", "none", kAnswerA)) == -32602);
         }},
    {.id = "tasks.update_extra",
     .level = Level::should,
     .span = kModern,
     .source = kTaskSource,
     .words = "answers to what is not open are passed over",
     .check =
         [](Play& play) {
           const std::string id = start(play, "ask");
           CHECK(
               ask_task(play, "tasks/update", id, R"(,"inputResponses":{"z":{"action":"accept"}})")
                   .contains("result"));
           CHECK(state_of(play, id).at("inputRequests").as_object().size() == 2);
         }},
    {.id = "tasks.update_type",
     .span = kModern,
     .source = kTaskSource,
     .words = "the result of tasks/update has the resultType complete",
     .check =
         [](Play& play) {
           CHECK(ask_task(play, "tasks/update", start(play, "ask"), kAnswerA)
                     .at("result")
                     .at("resultType") == "complete");
         }},
    {.id = "tasks.cancel_answer",
     .span = kModern,
     .source = kTaskSource,
     .words = "tasks/cancel is answered with an empty result, also of a task that is over",
     .check =
         [](Play& play) {
           for (const char* wish : {"ask", "done"}) {
             auto result =
                 ask_task(play, "tasks/cancel", start(play, wish)).at("result").as_object();
             result.erase("resultType");
             result.erase("_meta");
             CHECK(result.empty());
           }
         }},
    {.id = "tasks.cancel_unknown",
     .level = Level::should,
     .span = kModern,
     .source = kTaskSource,
     .words = "tasks/cancel of an unknown task is an error",
     .check =
         [](Play& play) {
           declare_tasks(play);
           CHECK(code_of(ask_task(play, "tasks/cancel", "none")) == -32602);
         }},
    {.id = "tasks.cancel_type",
     .span = kModern,
     .source = kTaskSource,
     .words = "the result of tasks/cancel has the resultType complete",
     .check =
         [](Play& play) {
           CHECK(ask_task(play, "tasks/cancel", start(play, "ask")).at("result").at("resultType") ==
                 "complete");
         }},
    {.id = "tasks.cancel_notification",
     .level = Level::must_not,
     .span = kModern,
     .source = kTaskSource,
     .words = "notifications/cancelled cancels no task",
     .shown_by =
         "tests/mcp/tasks_test.cpp: the request of a task is over: to cancel it changes nothing"},
};

}  // namespace

std::span<const Requirement> task_rows() { return kRows; }

}  // namespace mcp::test
