// SPDX-License-Identifier: MIT
// Conversations in revision 2025-11-25, in which also a message that cannot be read is answered.
#include "hostile/tool_way.hpp"

#include <optional>

#include "apps/http_server.hpp"
#include "support/catch.hpp"

namespace loop::test {

namespace json = boost::json;

namespace {

constexpr std::string_view kRevision = "2025-11-25";

// What answers a request has no method.
bool is_answer(const std::string& message) {
  json::error_code failure;
  const json::value value = json::parse(message, failure);
  return !failure && value.is_object() && !value.get_object().contains("method");
}

class StdioToolWay final : public ToolWay {
 public:
  StdioToolWay() {
    workspace_.make_workspace();
    ProgramSpec spec = workspace_.spec({});
    spec.argv = {LOOP_MCP};
    spec.keeps_input_open = true;
    program_ = std::make_unique<Program>(spec);
  }
  std::string exchange(const std::string& message) override {
    tell(message);
    for (;;) {
      auto line = program_->next_line();
      REQUIRE(line);
      if (is_answer(*line)) return std::move(*line);
    }
  }
  void tell(const std::string& notification) override {
    REQUIRE(program_->write_input(notification + "\n"));
  }
  LoopctlFixture& workspace() override { return workspace_; }
  std::string log() override { return program_->error_text(); }

 private:
  LoopctlFixture workspace_;
  std::unique_ptr<Program> program_;
};

HttpAsk post(const std::string& target, const std::string& body) {
  HttpAsk ask;
  ask.target = target;
  ask.fields = {{"content-type", "application/json"},
                {"accept", "application/json, text/event-stream"}};
  ask.body = body;
  return ask;
}

class HttpToolWay final : public ToolWay {
 public:
  HttpToolWay() { peer_.emplace(server_.port()); }
  std::string exchange(const std::string& message) override {
    const HttpResponse response = send(message);
    for (std::size_t at = response.body.find("data: {"); at != std::string::npos;
         at = response.body.find("data: {", at + 1)) {
      const std::size_t begin = at + std::string_view("data: ").size();
      std::string data = response.body.substr(begin, response.body.find('\n', at) - begin);
      if (is_answer(data)) return data;
    }
    return response.body;
  }
  void tell(const std::string& notification) override { CHECK(send(notification).status == 202); }
  LoopctlFixture& workspace() override { return server_.workspace(); }
  std::string log() override { return server_.program().error_text(); }

 private:
  HttpResponse send(const std::string& message) {
    HttpAsk ask = post("/mcp", message);
    if (!session_.empty()) {
      ask.fields["mcp-session-id"] = session_;
      ask.fields["mcp-protocol-version"] = kRevision;
    }
    auto response = peer_->ask(ask);
    REQUIRE(response);
    const auto session = response->fields.find("mcp-session-id");
    if (session != response->fields.end()) session_ = session->second;
    const auto connection = response->fields.find("connection");
    if (connection != response->fields.end() && connection->second == "close") {
      peer_.emplace(server_.port());
    }
    return std::move(*response);
  }

  HttpServerFixture server_;
  std::optional<HttpPeer> peer_;  // the server closes it after some refusals
  std::string session_;
};

class SseToolWay final : public ToolWay {
 public:
  SseToolWay() : stream_(server_.connect()), peer_(server_.connect()) {
    REQUIRE(stream_.open({.method = "GET", .target = "/sse"}));
    const auto event = stream_.next_event();
    REQUIRE(event);
    address_ = event->data;
  }
  std::string exchange(const std::string& message) override {
    const auto response = peer_.ask(post(address_, message));
    REQUIRE(response);
    if (response->status != 202) return response->body;
    for (;;) {
      auto event = stream_.next_event();
      REQUIRE(event);
      if (is_answer(event->data)) return std::move(event->data);
    }
  }
  void tell(const std::string& notification) override {
    const auto response = peer_.ask(post(address_, notification));
    REQUIRE(response);
    CHECK(response->status == 202);
  }
  LoopctlFixture& workspace() override { return server_.workspace(); }
  std::string log() override { return server_.program().error_text(); }

 private:
  HttpServerFixture server_;
  HttpPeer stream_, peer_;
  std::string address_;
};

template <class Way>
std::unique_ptr<ToolWay> open_way() {
  auto way = std::make_unique<Way>();
  way->begin();
  return way;
}

}  // namespace

void ToolWay::begin() {
  const std::string answer = exchange(
      json::serialize(json::object{{"jsonrpc", "2.0"},
                                   {"id", 0},
                                   {"method", "initialize"},
                                   {"params",
                                    {{"protocolVersion", kRevision},
                                     {"capabilities", json::object()},
                                     {"clientInfo", {{"name", "hostile"}, {"version", "1"}}}}}}));
  CHECK_THAT(answer, Catch::Contains(std::string(kRevision)));
  tell(R"({"jsonrpc":"2.0","method":"notifications/initialized"})");
}

std::string ToolWay::call(std::string_view tool, json::object arguments) {
  return exchange(json::serialize(
      json::object{{"jsonrpc", "2.0"},
                   {"id", ++last_id_},
                   {"method", "tools/call"},
                   {"params", {{"name", tool}, {"arguments", std::move(arguments)}}}}));
}

void ToolWay::ping() {
  const std::string answer = exchange(
      json::serialize(json::object{{"jsonrpc", "2.0"}, {"id", ++last_id_}, {"method", "ping"}}));
  CHECK(parse_object(answer).at("result") == json::object());
}

const std::vector<Transport>& transports() {
  static const std::vector<Transport> all{{"stdio", open_way<StdioToolWay>},
                                          {"http", open_way<HttpToolWay>},
                                          {"sse", open_way<SseToolWay>}};
  return all;
}

}  // namespace loop::test
