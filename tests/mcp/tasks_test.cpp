// SPDX-License-Identifier: MIT
// Calls that go on as tasks: by time, at once, by the product; asked for, answered, cancelled,
// listened to.
#include <fmt/format.h>

#include "mcp/conversation.hpp"
#include "mcp/server/task_table.hpp"

using namespace mcp;
using namespace mcp::test;
namespace json = boost::json;

namespace {

constexpr std::string_view kTasks =
    R"({"elicitation":{},"extensions":{"io.modelcontextprotocol/tasks":{}}})";

InputRequest question(std::string_view message) {
  return {"elicitation/create",
          {{"mode", "form"},
           {"message", message},
           {"requestedSchema", {{"type", "object"}, {"properties", json::object()}}}}};
}

// Work of the product that one finds by its id.
class KeptTasks final : public TaskSource {
 public:
  std::optional<TaskState> find(const std::string& id) override {
    return id == state.id ? std::optional(state) : std::nullopt;
  }
  void cancel(const std::string&) override { state.status = TaskState::Status::cancelled; }
  TaskState state{.id = "run-7"};
};

ServerDefinition definition(const std::shared_ptr<KeptTasks>& kept = {}) {
  ServerDefinition given{.implementation = {.name = "test", .version = "1"}, .tasks = kept};
  const auto add = [&](std::string name, TaskUse tasks, auto run) {
    given.tools.push_back({.name = std::move(name),
                           .description = "works",
                           .input_schema = {{"type", "object"}},
                           .tasks = tasks,
                           .run = std::move(run)});
  };
  const auto work = [](Call&, const json::object&) -> Reply<ToolResult> {
    return ToolResult{.content = {TextContent{"done"}}};
  };
  add("quick", TaskUse::none, work);
  add("slow", TaskUse::when_slow, work);
  add("always", TaskUse::always, work);
  add("fail", TaskUse::always, [](Call&, const json::object&) -> Reply<ToolResult> {
    return ToolResult{.content = {TextContent{"no"}}, .is_error = true};
  });
  add("break", TaskUse::always, [](Call&, const json::object&) -> Reply<ToolResult> {
    return RpcError{ErrorCode::invalid_params, "broken"};
  });
  add("confirm", TaskUse::always, [](Call& call, const json::object&) -> Reply<ToolResult> {
    call.report_progress(1, 0, "asking");
    if (call.answer("a") == nullptr || call.answer("b") == nullptr) {
      return InputRequired{{{"a", question("a?")}, {"b", question("b?")}}};
    }
    return ToolResult{.content = {TextContent{"confirmed"}}};
  });
  add("repeat", TaskUse::always, [](Call&, const json::object&) -> Reply<ToolResult> {
    return InputRequired{{{"a", question("a?")}}};
  });
  add("later", TaskUse::when_slow, [](Call& call, const json::object&) -> Reply<ToolResult> {
    if (call.answer("a") == nullptr) return InputRequired{{{"a", question("a?")}}};
    const bool is_task = call.continue_as_task();
    return ToolResult{.content = {TextContent{is_task ? "task" : "answer"}}};
  });
  add("run", TaskUse::none, [](Call&, const json::object&) -> Reply<ToolResult> {
    return ToolResult{.content = {TextContent{"started"}}, .task_id = "run-7"};
  });
  return given;
}

std::string call(std::string_view tool, std::string_view capabilities = kTasks,
                 std::string_view rest = {}) {
  return Conversation::modern("1", "tools/call", fmt::format(R"("name":"{}"{})", tool, rest), {},
                              capabilities);
}

json::object task(Conversation& talk, std::string_view method, std::string_view id,
                  std::string_view rest = {}) {
  return talk.ask(
      Conversation::modern("9", method, fmt::format(R"("taskId":"{}"{})", id, rest), {}, kTasks));
}

json::object state_of(Conversation& talk, std::string_view id) {
  return task(talk, "tasks/get", id).at("result").as_object();
}

// Starts a tool that is always a task, and gives the id.
std::string start(Conversation& talk, std::string_view tool) {
  const auto created = talk.ask(call(tool)).at("result").as_object();
  REQUIRE(created.at("resultType") == "task");
  return std::string(created.at("taskId").as_string());
}

std::int64_t code_of(const json::object& message) {
  return message.at("error").at("code").as_int64();
}

std::string responses(std::string_view keys) {
  return fmt::format(R"(,"inputResponses":{{{}}})", keys);
}

constexpr std::string_view kYesA = R"("a":{"action":"accept","content":{}})";
constexpr std::string_view kYesB = R"("b":{"action":"accept","content":{}})";

}  // namespace

TEST_CASE("tasks are told to modern clients only, and where a tool can become one") {
  Conversation talk(definition());
  const auto found = talk.ask(Conversation::modern("1", "server/discover")).at("result");
  CHECK(found.at("capabilities")
            .at("extensions")
            .as_object()
            .contains("io.modelcontextprotocol/tasks"));
  ServerDefinition without = definition();
  std::erase_if(without.tools, [](const Tool& tool) { return tool.tasks != TaskUse::none; });
  Conversation plain(std::move(without));
  CHECK_FALSE(plain.ask(Conversation::modern("1", "server/discover"))
                  .at("result")
                  .at("capabilities")
                  .as_object()
                  .contains("extensions"));
  plain.begin(Revision::v2025_11_25);
  CHECK(code_of(plain.ask_wrong(R"({"jsonrpc":"2.0","id":2,"method":"tasks/get",
                                    "params":{"taskId":"x"}})")) == -32601);
}

TEST_CASE("a call that takes a second becomes a task, a quicker one and others never") {
  Conversation talk(definition());
  talk.hold = true;
  talk.say(call("slow"));
  talk.clock.advance(kPatience - std::chrono::milliseconds{1});
  talk.session->promote_slow_calls();
  CHECK(talk.heard().empty());
  talk.clock.advance(std::chrono::milliseconds{1});
  talk.session->promote_slow_calls();
  const auto created = talk.answer().at("result").as_object();
  CHECK(created.at("resultType") == "task");
  CHECK(created.at("status") == "working");
  CHECK(talk.session->in_flight() == 0);
  talk.work.run_all();
  CHECK(talk.heard().empty());
  talk.hold = false;
  const auto done = state_of(talk, created.at("taskId").as_string());
  CHECK(done.at("status") == "completed");
  CHECK(done.at("result").at("content").at(0).at("text") == "done");

  talk.hold = true;
  for (const auto& [tool, capabilities] : std::vector<std::pair<std::string, std::string>>{
           {"quick", std::string(kTasks)}, {"slow", "{}"}}) {
    talk.say(call(tool, capabilities));
    talk.clock.advance(kPatience * 10);
    talk.session->promote_slow_calls();
    CHECK(talk.heard().empty());
    talk.work.run_all();
    CHECK(talk.answer().at("result").at("resultType") == "complete");
  }
}

TEST_CASE("a tool that is always a task refuses clients that know none") {
  Conversation talk(definition());
  const auto refused = talk.ask(call("always", "{}"));
  CHECK(code_of(refused) == -32021);
  CHECK(refused.at("error")
            .at("data")
            .at("requiredCapabilities")
            .at("extensions")
            .as_object()
            .contains("io.modelcontextprotocol/tasks"));
  for (const char* method : {"tasks/get", "tasks/cancel"}) {
    CHECK(code_of(talk.ask(Conversation::modern("2", method, R"("taskId":"x")"))) == -32021);
  }
  CHECK(code_of(talk.ask_wrong(Conversation::modern("2", "tasks/list", {}, {}, kTasks))) == -32601);
  CHECK(code_of(task(talk, "tasks/get", "unknown")) == -32602);
  CHECK(code_of(task(talk, "tasks/cancel", "unknown")) == -32602);
  CHECK(code_of(task(talk, "tasks/update", "unknown", responses(""))) == -32602);
}

TEST_CASE("a tool's failure completes its task, an error of the protocol fails it") {
  Conversation talk(definition());
  const auto failed = state_of(talk, start(talk, "fail"));
  CHECK(failed.at("status") == "completed");
  CHECK(failed.at("result").at("isError").as_bool());
  const auto broken = state_of(talk, start(talk, "break"));
  CHECK(broken.at("status") == "failed");
  CHECK(broken.at("error").at("code") == -32602);
}

TEST_CASE("a task asks, takes answers in parts, and goes on with the last one") {
  Conversation talk(definition());
  const std::string id = start(talk, "confirm");
  auto asking = state_of(talk, id);
  CHECK(asking.at("status") == "input_required");
  CHECK(asking.at("statusMessage") == "asking");
  CHECK(asking.at("inputRequests").as_object().size() == 2);

  const auto accepted = task(talk, "tasks/update", id, responses(kYesA));
  CHECK(accepted.at("result").at("resultType") == "complete");
  asking = state_of(talk, id);
  CHECK(asking.at("inputRequests").as_object().size() == 1);
  CHECK(asking.at("inputRequests").as_object().contains("b"));
  // The first answer counts, and keys that were not asked do not.
  task(talk, "tasks/update", id, responses(kYesA));
  task(talk, "tasks/update", id, responses(R"("z":{"action":"decline"})"));
  CHECK(state_of(talk, id).at("status") == "input_required");

  task(talk, "tasks/update", id, responses(kYesB));
  const auto done = state_of(talk, id);
  CHECK(done.at("status") == "completed");
  CHECK(done.at("result").at("content").at(0).at("text") == "confirmed");
  // Late answers are acknowledged and change nothing.
  CHECK(task(talk, "tasks/update", id, responses(kYesB)).contains("result"));
  CHECK(code_of(talk.ask_wrong(Conversation::modern(
            "9", "tasks/update", fmt::format(R"("taskId":"{}")", id), {}, kTasks))) == -32602);
}

TEST_CASE("a task that asks the same again fails instead of asking for ever") {
  Conversation talk(definition());
  const std::string id = start(talk, "repeat");
  task(talk, "tasks/update", id, responses(kYesA));
  CHECK(state_of(talk, id).at("status") == "failed");
}

TEST_CASE("a call may ask first and become a task then") {
  Conversation talk(definition());
  const auto asked = talk.ask(call("later")).at("result").as_object();
  CHECK(asked.at("resultType") == "input_required");
  const std::string again =
      fmt::format(R"(,"requestState":"{}"{})",
                  std::string_view(asked.at("requestState").as_string()), responses(kYesA));
  const auto created = talk.ask(call("later", kTasks, again)).at("result").as_object();
  REQUIRE(created.at("resultType") == "task");
  const auto done = state_of(talk, created.at("taskId").as_string());
  CHECK(done.at("result").at("content").at(0).at("text") == "task");
  const auto plain = talk.ask(call("later", R"({"elicitation":{}})", again)).at("result");
  CHECK(plain.at("content").at(0).at("text") == "answer");
}

TEST_CASE("a cancelled task stops its work and stays cancelled") {
  Conversation talk(definition());
  talk.hold = true;
  const std::string id = start(talk, "always");
  const auto cancel = [&] {
    talk.hold = true;
    talk.say(
        Conversation::modern("9", "tasks/cancel", fmt::format(R"("taskId":"{}")", id), {}, kTasks));
    // The cancellation overtakes the work that waits before it.
    const auto work = std::move(talk.work.waiting.back());
    talk.work.waiting.pop_back();
    work();
    return talk.answer();
  };
  CHECK(cancel().at("result").at("resultType") == "complete");
  talk.work.run_all();
  talk.hold = false;
  CHECK(state_of(talk, id).at("status") == "cancelled");
  CHECK(cancel().contains("result"));
  talk.hold = false;
  CHECK(state_of(talk, id).at("status") == "cancelled");
}

TEST_CASE("the request of a task is over: to cancel it changes nothing") {
  Conversation talk(definition());
  talk.hold = true;
  const std::string id = start(talk, "always");
  talk.say(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1,"_meta":{
      "io.modelcontextprotocol/protocolVersion":"2026-07-28"}}})");
  talk.work.run_all();
  talk.hold = false;
  CHECK(state_of(talk, id).at("status") == "completed");
}

TEST_CASE("work of the product is a task for those who know tasks, an answer for others") {
  const auto kept = std::make_shared<KeptTasks>();
  Conversation talk(definition(kept));
  CHECK(talk.ask(call("run", "{}")).at("result").at("content").at(0).at("text") == "started");
  CHECK(start(talk, "run") == "run-7");
  CHECK(state_of(talk, "run-7").at("status") == "working");
  task(talk, "tasks/cancel", "run-7");
  CHECK(state_of(talk, "run-7").at("status") == "cancelled");
}

TEST_CASE("a legacy client gets answers and no tasks, also when it declares the extension") {
  const auto kept = std::make_shared<KeptTasks>();
  Conversation talk(definition(kept));
  talk.begin(Revision::v2025_11_25, kTasks);
  for (const char* tool : {"run", "slow"}) {
    const auto result = talk.ask(fmt::format(
        R"({{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"{}"}}}})", tool));
    CHECK(result.at("result").as_object().contains("content"));
  }
}

TEST_CASE("a stream hears of the tasks that it names, at once and with each change") {
  const auto kept = std::make_shared<KeptTasks>();
  Conversation talk(definition(kept));
  const std::string id = start(talk, "confirm");
  talk.say(Conversation::modern(
      "5", "subscriptions/listen",
      fmt::format(R"("notifications":{{"taskIds":["{}","run-7","unknown"]}})", id), {}, kTasks));
  const auto opened = talk.heard();
  REQUIRE(opened.size() == 3);
  CHECK(opened[0].at("params").at("notifications").at("taskIds") == json::array{id, "run-7"});
  for (std::size_t index : {1U, 2U}) {
    CHECK(opened[index].at("method") == "notifications/tasks");
    CHECK(opened[index].at("params").at("_meta").at("io.modelcontextprotocol/subscriptionId") == 5);
  }

  talk.say(
      Conversation::modern("6", "tasks/update",
                           fmt::format(R"("taskId":"{}"{})", id,
                                       responses(std::string(kYesA) + "," + std::string(kYesB))),
                           {}, kTasks));
  std::vector<std::string> told;
  for (const auto& message : talk.heard()) {
    if (message.as_object().contains("method")) {
      told.emplace_back(message.at("params").at("status").as_string());
    }
  }
  CHECK(told == std::vector<std::string>{"working", "completed"});

  kept->state.status = TaskState::Status::cancelled;
  talk.server.notify_task("run-7");
  CHECK(talk.answer().at("params").at("status") == "cancelled");
  talk.server.notify_task("unknown");
  CHECK(talk.heard().empty());
}

TEST_CASE("a client that knows no tasks cannot listen to them") {
  const auto kept = std::make_shared<KeptTasks>();
  Conversation talk(definition(kept));
  CHECK(code_of(talk.ask(Conversation::modern(
            "5", "subscriptions/listen", R"("notifications":{"taskIds":["run-7"]})"))) == -32021);
}

TEST_CASE("a task asks its client only what that has declared") {
  Conversation talk(definition());
  constexpr std::string_view kWithoutQuestions =
      R"({"extensions":{"io.modelcontextprotocol/tasks":{}}})";
  const auto created = talk.ask(call("confirm", kWithoutQuestions)).at("result").as_object();
  const auto failed = state_of(talk, created.at("taskId").as_string());
  CHECK(failed.at("status") == "failed");
  CHECK(failed.at("error").at("code") == -32021);
  CHECK(failed.at("statusMessage") == failed.at("error").at("message"));
}

TEST_CASE("tasks are bounded: too many at work are refused, the oldest finished are forgotten") {
  Conversation talk(definition());
  talk.hold = true;
  talk.work.waiting_max = 2 * kLiveTasksMax;
  std::string first;
  for (std::size_t count = 0; count < kLiveTasksMax; ++count) {
    const std::string id = start(talk, "always");
    if (count == 0) first = id;
  }
  CHECK(code_of(talk.ask(call("always"))) == -32603);
  talk.hold = false;
  talk.work.run_all();
  CHECK(state_of(talk, first).at("status") == "completed");
  start(talk, "always");
  CHECK(code_of(task(talk, "tasks/get", first)) == -32602);
}

TEST_CASE("the end of the server cancels what is at work") {
  Conversation talk(definition());
  talk.hold = true;
  const std::string id = start(talk, "always");
  talk.server.tasks().cancel_all();
  CHECK(talk.server.find_task(id)->status == TaskState::Status::cancelled);
}
