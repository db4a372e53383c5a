// SPDX-License-Identifier: MIT
// Requests with ids of their own, and answers found by them.
#include "apps/mcp_client.hpp"

#include <fmt/format.h>

#include "support/catch.hpp"

namespace loop::test {

namespace json = boost::json;

namespace {

ProgramSpec server_spec(ProgramSpec spec, const std::vector<std::string>& words) {
  spec.argv = {LOOP_MCP};
  spec.argv.insert(spec.argv.end(), words.begin(), words.end());
  spec.keeps_input_open = true;
  return spec;
}

}  // namespace

McpClient::McpClient(ProgramSpec spec, const std::vector<std::string>& words)
    : program_(server_spec(std::move(spec), words)) {}

void McpClient::send(std::string_view message) {
  const json::object parsed = json::parse(message).as_object();
  tap_.check_from_client(parsed, mcp::test::revision_of(parsed));
  REQUIRE(program_.write_input(std::string(message) + "\n"));
}

void McpClient::begin() {
  answer_to(post_legacy("initialize", {{"protocolVersion", "2025-11-25"},
                                       {"capabilities", json::object()},
                                       {"clientInfo", {{"name", "test"}, {"version", "1"}}}}));
  send(R"({"jsonrpc":"2.0","method":"notifications/initialized"})");
}

std::int64_t McpClient::post(std::string_view method, json::object params) {
  params["_meta"] =
      json::object{{"io.modelcontextprotocol/protocolVersion", "2026-07-28"},
                   {"io.modelcontextprotocol/clientCapabilities",
                    {{"extensions", {{"io.modelcontextprotocol/tasks", json::object()}}}}}};
  return post_legacy(method, std::move(params));
}

std::int64_t McpClient::post_legacy(std::string_view method, json::object params) {
  const std::int64_t id = ++last_id_;
  send(json::serialize(json::object{
      {"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", std::move(params)}}));
  return id;
}

json::object McpClient::next_message() {
  const auto line = program_.next_line();
  REQUIRE(line);
  json::object message = json::parse(*line).as_object();
  tap_.check_from_server(message);
  return message;
}

json::object McpClient::take(const std::function<bool(const json::object&)>& fits) {
  for (auto kept = kept_.begin(); kept != kept_.end(); ++kept) {
    if (!fits(*kept)) continue;
    json::object found = std::move(*kept);
    kept_.erase(kept);
    return found;
  }
  for (;;) {
    json::object message = next_message();
    if (fits(message)) return message;
    kept_.push_back(std::move(message));
  }
}

json::object McpClient::answer_to(std::int64_t id) {
  return take([id](const json::object& message) {
    return message.contains("id") && message.at("id") == id && !message.contains("method");
  });
}

json::object McpClient::notification(std::string_view method) {
  return take([method](const json::object& message) {
    return message.contains("method") && message.at("method").as_string() == method;
  });
}

json::object McpClient::ask(std::string_view method, json::object params) {
  json::object answer = answer_to(post(method, std::move(params)));
  INFO(json::serialize(answer));
  REQUIRE(answer.contains("result"));
  return std::move(answer.at("result").as_object());
}

json::object McpClient::call(std::string_view tool, json::object arguments) {
  return ask("tools/call", {{"name", tool}, {"arguments", std::move(arguments)}});
}

}  // namespace loop::test
