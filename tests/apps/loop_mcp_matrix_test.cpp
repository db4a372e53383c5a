// SPDX-License-Identifier: MIT
// Every tool over every transport in every revision: the same answers, and the same list of tools.
#include <map>
#include <set>

#include <fmt/format.h>

#include "apps/http_server.hpp"
#include "mcp/tap/schema_tap.hpp"
#include "support/catch.hpp"

using namespace loop::test;
namespace json = boost::json;

namespace {

using mcp::Revision;

// One client's way to the server. Answers are by the request's id.
class Way {
 public:
  virtual ~Way() = default;
  virtual json::object ask(const json::object& request) = 0;
  virtual void tell(const json::object& notification) = 0;
  virtual LoopctlFixture& workspace() = 0;
};

bool is_answer_to(const json::object& message, const json::object& request) {
  return !message.contains("method") && message.contains("id") &&
         message.at("id") == request.at("id");
}

class StdioWay final : public Way {
 public:
  StdioWay() {
    workspace_.make_workspace();
    ProgramSpec spec = workspace_.spec({});
    spec.argv = {LOOP_MCP};
    spec.keeps_input_open = true;
    program_ = std::make_unique<Program>(spec);
  }
  json::object ask(const json::object& request) override {
    tell(request);
    for (;;) {
      const auto line = program_->next_line();
      REQUIRE(line);
      json::object message = json::parse(*line).as_object();
      if (is_answer_to(message, request)) return message;
    }
  }
  void tell(const json::object& notification) override {
    REQUIRE(program_->write_input(json::serialize(notification) + "\n"));
  }
  LoopctlFixture& workspace() override { return workspace_; }

 private:
  LoopctlFixture workspace_;
  std::unique_ptr<Program> program_;
};

// Streamable HTTP: with a session where initialize gives one and `keeps_session`, by headers in the
// modern era.
class HttpWay final : public Way {
 public:
  explicit HttpWay(Revision revision, bool keeps_session = true)
      : revision_(revision), keeps_session_(keeps_session), peer_(server_.connect()) {}

  json::object ask(const json::object& request) override {
    const auto response = peer_.ask(ask_of(request));
    REQUIRE(response);
    INFO(response->body);
    REQUIRE(response->status == 200);
    if (keeps_session_ && response->fields.contains("mcp-session-id")) {
      session_ = response->fields.at("mcp-session-id");
    }
    if (response->fields.at("content-type") == "application/json") {
      return json::parse(response->body).as_object();
    }
    for (std::size_t at = response->body.find("\ndata: {"); at != std::string::npos;
         at = response->body.find("\ndata: {", at + 1)) {
      const std::size_t end = response->body.find('\n', at + 1);
      json::object message = json::parse(response->body.substr(at + 7, end - at - 7)).as_object();
      if (is_answer_to(message, request)) return message;
    }
    FAIL("the stream holds no answer");
    return {};
  }
  void tell(const json::object& notification) override {
    const auto response = peer_.ask(ask_of(notification));
    REQUIRE(response);
    REQUIRE(response->status == 202);
  }
  LoopctlFixture& workspace() override { return server_.workspace(); }

 private:
  HttpAsk ask_of(const json::object& message) const {
    if (is_modern(revision_)) {
      return modern_ask(message.at("id").as_int64(), message.at("method").as_string(),
                        message.at("params").as_object());
    }
    HttpAsk ask = legacy_ask(message, session_);
    const bool is_begun = message.at("method").as_string() != "initialize";
    // The header is there since 2025-06-18.
    if (is_begun && revision_ >= Revision::v2025_06_18) {
      ask.fields["mcp-protocol-version"] = std::string(to_string(revision_));
    }
    return ask;
  }

  const Revision revision_;
  const bool keeps_session_;
  HttpServerFixture server_;
  HttpPeer peer_;
  std::string session_;
};

class SseWay final : public Way {
 public:
  SseWay() : stream_(server_.connect()), peer_(server_.connect()) {
    REQUIRE(stream_.open({.method = "GET", .target = "/sse"}));
    const auto event = stream_.next_event();
    REQUIRE(event);
    REQUIRE(event->name == "endpoint");
    address_ = event->data;
  }
  json::object ask(const json::object& request) override {
    tell(request);
    for (;;) {
      const auto event = stream_.next_event();
      REQUIRE(event);
      json::object message = json::parse(event->data).as_object();
      if (is_answer_to(message, request)) return message;
    }
  }
  void tell(const json::object& notification) override {
    HttpAsk ask = legacy_ask(notification);
    ask.target = address_;
    const auto response = peer_.ask(ask);
    REQUIRE(response);
    REQUIRE(response->status == 202);
  }
  LoopctlFixture& workspace() override { return server_.workspace(); }

 private:
  HttpServerFixture server_;
  HttpPeer stream_, peer_;
  std::string address_;
};

// One good call of each tool, in an order in which each finds what it needs.
const char* const kCalls = R"([
  ["get_schedule_status", {}],
  ["get_mode_capabilities", {}],
  ["track_task_time", {"task_description": "a session", "mode": "code"}],
  ["get_time_tracking", {}],
  ["update_persistent_memory", {"section": "patterns", "content": "it works"}],
  ["get_persistent_memory", {}],
  ["get_todo_status", {}],
  ["switch_mode", {"target_mode": "code", "task_context": "to write"}],
  ["manage_schedules", {"action": "create", "schedule_data": {"name": "nightly", "mode": "code",
    "taskInstructions": "tidy up", "scheduleType": "time", "timeInterval": "1", "timeUnit": "day",
    "loop.agent": "shell"}}],
  ["write_project_file", {"file_path": "a.txt", "content": "one\ntwo\n"}],
  ["backup_file", {"file_path": "a.txt"}],
  ["restore_file", {"file_path": "a.txt"}],
  ["read_project_file", {"file_path": "a.txt"}],
  ["list_project_structure", {}],
  ["search_in_files", {"pattern": "two"}],
  ["run_validation", {"validation_type": "schedules"}],
  ["sync_environment", {}],
  ["error_recovery", {"operation": "the tests", "error_context": {"error": "one failed"}}],
  ["get_system_status", {}],
  ["delegate_task", {"task_description": "echo hello", "agent": "shell", "target_mode": "code",
    "wait_seconds": 60}],
  ["list_runs", {}],
  ["get_run", {"run_id": "RUN"}],
  ["cancel_run", {"run_id": "RUN", "reason": "to see"}]])";

std::string keys_of(const json::object& object) {
  std::set<std::string> keys;
  for (const auto& member : object) keys.emplace(member.key());
  std::string text;
  for (const std::string& key : keys) text += key + " ";
  return text;
}

class Session {
 public:
  Session(Way& way, Revision revision) : way_(way), revision_(revision) {
    if (is_modern(revision)) return;
    const json::object result =
        ask("initialize", {{"protocolVersion", to_string(revision)},
                           {"capabilities", json::object()},
                           {"clientInfo", {{"name", "t"}, {"version", "1"}}}})
            .at("result")
            .as_object();
    CHECK(result.at("protocolVersion").as_string() == to_string(revision));
    way_.tell({{"jsonrpc", "2.0"}, {"method", "notifications/initialized"}});
  }

  json::object ask(std::string_view method, json::object params) {
    if (is_modern(revision_)) {
      params["_meta"] =
          json::object{{"io.modelcontextprotocol/protocolVersion", "2026-07-28"},
                       {"io.modelcontextprotocol/clientCapabilities", json::object()}};
    }
    const json::object request = rpc_request(++last_id_, method, std::move(params));
    tap_.note_request(request, revision_);
    json::object answer = way_.ask(request);
    tap_.check_from_server(answer);
    return answer;
  }

  // The keys of each tool's answer, by the tool.
  std::map<std::string, std::string> call_every_tool() {
    std::map<std::string, std::string> shapes;
    const json::value calls = json::parse(kCalls);
    for (const json::value& call : calls.as_array()) {
      const std::string tool(call.at(0).as_string());
      json::object arguments = call.at(1).as_object();
      if (arguments.contains("run_id")) arguments["run_id"] = run_;
      const json::object answer =
          ask("tools/call", {{"name", tool}, {"arguments", std::move(arguments)}});
      INFO(tool << ": " << json::serialize(answer));
      REQUIRE(answer.contains("result"));
      const json::object& result = answer.at("result").as_object();
      // The run is over by then: a refusal in the tool's own terms, the same everywhere.
      CHECK(result.contains("isError") == (tool == "cancel_run"));
      const json::value told = json::parse(result.at("content").at(0).at("text").as_string());
      if (tool == "delegate_task") run_ = std::string(told.at("task_id").as_string());
      shapes[tool] = keys_of(told.as_object());
    }
    return shapes;
  }

 private:
  Way& way_;
  const Revision revision_;
  mcp::test::SchemaTap tap_;
  std::int64_t last_id_ = 0;
  std::string run_;
};

struct Cell {
  std::string transport;
  Revision revision;
  std::unique_ptr<Way> (*open)(Revision revision);
};

std::unique_ptr<Way> over_stdio(Revision) { return std::make_unique<StdioWay>(); }
std::unique_ptr<Way> over_http(Revision revision) { return std::make_unique<HttpWay>(revision); }
std::unique_ptr<Way> over_http_alone(Revision revision) {
  return std::make_unique<HttpWay>(revision, false);
}
std::unique_ptr<Way> over_sse(Revision) { return std::make_unique<SseWay>(); }

std::vector<Cell> all_cells() {
  std::vector<Cell> cells;
  for (const Revision revision : mcp::kRevisions) {
    cells.push_back({"stdio", revision, over_stdio});
    if (revision >= Revision::v2025_03_26) cells.push_back({"http", revision, over_http});
    if (is_modern(revision)) continue;
    if (revision >= Revision::v2025_03_26) {
      cells.push_back({"http without a session", revision, over_http_alone});
    }
    cells.push_back({"sse", revision, over_sse});
  }
  return cells;
}

}  // namespace

TEST_CASE("mcp matrix: every tool gives the same over every transport in every revision") {
  std::map<std::string, std::string> first;
  for (const Cell& cell : all_cells()) {
    CAPTURE(cell.transport, to_string(cell.revision));
    const auto way = cell.open(cell.revision);
    way->workspace().make_job("true");
    Session session(*way, cell.revision);
    const auto shapes = session.call_every_tool();
    CHECK(shapes.size() == 23);
    if (first.empty()) first = shapes;
    CHECK(shapes == first);
  }
}

TEST_CASE("mcp matrix: a revision has one list of tools over all transports") {
  std::map<Revision, std::string> lists;
  for (const Cell& cell : all_cells()) {
    CAPTURE(cell.transport, to_string(cell.revision));
    const auto way = cell.open(cell.revision);
    Session session(*way, cell.revision);
    const json::object answer = session.ask("tools/list", {});
    const std::string list = json::serialize(answer.at("result").at("tools"));
    const auto [known, is_new] = lists.emplace(cell.revision, list);
    CHECK(known->second == list);
  }
  CHECK(lists.size() == mcp::kRevisions.size());
}
