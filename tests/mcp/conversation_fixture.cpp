// SPDX-License-Identifier: MIT
// Saying lines and hearing messages.
#include "mcp/conversation.hpp"

#include <fmt/format.h>

#include "mcp/protocol/methods.hpp"

namespace mcp::test {

namespace json = boost::json;

Conversation::Conversation(ServerDefinition definition)
    : server(std::move(definition), {.work = work, .clock = clock, .random = random, .log = log}) {
  if (!SchemaTap::is_available()) WARN("skipped: the official schemas are not here");
}

void Conversation::say(std::string_view line, Form form) {
  json::error_code failure;
  const json::value value = json::parse(line, failure);
  const auto note = [&](const json::value& message) {
    if (!message.is_object()) return;
    const Revision revision = revision_of(message.get_object(), revision_);
    if (form == Form::right) {
      tap_.check_from_client(message.get_object(), revision);
    } else {
      tap_.note_request(message.get_object(), revision);
    }
  };
  if (!failure && value.is_array()) {
    for (const json::value& one : value.get_array()) note(one);
  } else if (!failure) {
    note(value);
  }
  session->receive(line, channel);
  if (!hold) work.run_all();
}

std::vector<json::value> Conversation::heard() {
  auto messages = std::exchange(channel->messages, {});
  for (const json::value& message : messages) {
    if (const json::object* one = message.if_object()) tap_.check_from_server(*one);
    if (const json::array* batch = message.if_array()) {
      for (const json::value& one : *batch) tap_.check_from_server(one.as_object());
    }
  }
  return messages;
}

json::object Conversation::answer() {
  const auto messages = heard();
  REQUIRE(messages.size() == 1);
  return messages[0].as_object();
}

void Conversation::begin(Revision revision, std::string_view capabilities) {
  revision_ = revision;
  const auto result = ask(fmt::format(
      R"({{"jsonrpc":"2.0","id":"begin","method":"initialize","params":{{"protocolVersion":"{}",
          "capabilities":{},"clientInfo":{{"name":"test","version":"1"}}}}}})",
      to_string(revision), capabilities));
  REQUIRE(result.at("result").at("protocolVersion").as_string() == to_string(revision));
  say(R"({"jsonrpc":"2.0","method":"notifications/initialized"})");
}

std::string Conversation::modern(std::string_view id, std::string_view method,
                                 std::string_view params, std::string_view meta,
                                 std::string_view capabilities) {
  return fmt::format(
      R"({{"jsonrpc":"2.0","id":{},"method":"{}","params":{{{}{}"_meta":{{
          "io.modelcontextprotocol/protocolVersion":"2026-07-28",
          "io.modelcontextprotocol/clientCapabilities":{}{}{}}}}}}})",
      id, method, params, params.empty() ? "" : ",", capabilities, meta.empty() ? "" : ",", meta);
}

}  // namespace mcp::test
