// SPDX-License-Identifier: MIT
// Reading and making JSON-RPC messages.
#include "mcp/protocol/message.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "loop/base/text.h"
#include "mcp/protocol/json_reader.hpp"

namespace mcp {

namespace json = boost::json;

namespace {

constexpr std::size_t kDepthMax = 100;

Malformed invalid(std::optional<RequestId> id, std::string message) {
  return {std::move(id), {ErrorCode::invalid_request, std::move(message)}};
}

std::optional<json::object> take_params(json::object& message) {
  json::value* params = message.if_contains("params");
  if (params == nullptr) return json::object{};
  if (json::object* object = params->if_object()) return std::move(*object);
  return std::nullopt;
}

Message read_response(json::object& message, std::optional<RequestId> id) {
  if (!id) return invalid(std::nullopt, "a response without the id of its request");
  json::value* result = message.if_contains("result");
  const json::value* error = message.if_contains("error");
  if ((result == nullptr) == (error == nullptr)) {
    return invalid(std::nullopt, "a response has either a result or an error");
  }
  if (result != nullptr) {
    json::object* object = result->if_object();
    if (object == nullptr) return invalid(std::nullopt, "the result of a response is no object");
    return Response{std::move(*id), std::move(*object)};
  }
  const json::object* object = error->if_object();
  const json::value* code = object == nullptr ? nullptr : object->if_contains("code");
  const json::value* text = object == nullptr ? nullptr : object->if_contains("message");
  if (code == nullptr || !code->is_int64() || text == nullptr || !text->is_string()) {
    return invalid(std::nullopt, "the error of a response has no code and message");
  }
  RpcError failure{static_cast<ErrorCode>(code->get_int64()), std::string(text->get_string())};
  return Response{std::move(*id), std::move(failure)};
}

}  // namespace

std::optional<RequestId> RequestId::from_json(const json::value& value) {
  if (const json::string* text = value.if_string()) return RequestId(std::string(*text));
  json::error_code failure;
  if (value.is_double()) return std::nullopt;
  const auto number = value.to_number<std::int64_t>(failure);
  if (failure) return std::nullopt;
  return RequestId(number);
}

json::value RequestId::to_json() const {
  return std::visit([](const auto& value) { return json::value(value); }, value_);
}

std::variant<json::value, Malformed> parse_line(std::string_view line) {
  if (const auto bad = loop::find_invalid_utf8(line)) {
    return Malformed{std::nullopt,
                     {ErrorCode::parse_error, fmt::format("byte {} is not valid UTF-8", *bad)}};
  }
  auto read = read_json(line, kDepthMax);
  if (auto* fault = std::get_if<JsonFault>(&read)) {
    if (fault->kind == JsonFault::Kind::repeated_key) {
      return Malformed{std::nullopt, {ErrorCode::invalid_request, std::move(fault->message)}};
    }
    return Malformed{std::nullopt, {ErrorCode::parse_error, "no JSON: " + fault->message}};
  }
  return std::move(std::get<json::value>(read));
}

namespace {

Message read_message(json::value& value) {
  json::object* message = value.if_object();
  if (message == nullptr) return invalid(std::nullopt, "a message is one JSON object");
  const json::value* id_value = message->if_contains("id");
  std::optional<RequestId> id =
      id_value == nullptr ? std::nullopt : RequestId::from_json(*id_value);

  const json::value* version = message->if_contains("jsonrpc");
  if (version == nullptr || !version->is_string() || version->get_string() != "2.0") {
    return invalid(std::move(id), R"("jsonrpc" has to be "2.0")");
  }
  const json::value* method = message->if_contains("method");
  if (method == nullptr) {
    if (message->contains("result") || message->contains("error")) {
      return read_response(*message, std::move(id));
    }
    return invalid(std::move(id), "a message has a method, a result or an error");
  }
  if (!method->is_string()) return invalid(std::move(id), "the method is no string");
  auto params = take_params(*message);
  if (id_value != nullptr && !id) {
    return invalid(std::nullopt, "the id of a request is a string or a whole number");
  }
  if (!params) return invalid(std::move(id), "params is no object");
  if (!id) return Notification{std::string(method->get_string()), std::move(*params)};
  return Request{std::move(*id), std::string(method->get_string()), std::move(*params)};
}

}  // namespace

MessageBody read_messages(json::value value) {
  MessageBody body{.is_batch = value.is_array()};
  if (!body.is_batch) {
    body.messages.push_back(read_message(value));
    return body;
  }
  for (json::value& one : value.get_array()) body.messages.push_back(read_message(one));
  return body;
}

json::object make_result(const RequestId& id, json::object result) {
  return {{"jsonrpc", "2.0"}, {"id", id.to_json()}, {"result", std::move(result)}};
}

json::object to_json(const RpcError& error) {
  json::object body{{"code", static_cast<int>(error.code)},
                    {"message", loop::to_valid_utf8(error.message)}};
  if (error.data) body["data"] = *error.data;
  return body;
}

json::object make_error(const std::optional<RequestId>& id, const RpcError& error) {
  json::object message{{"jsonrpc", "2.0"}};
  if (id) message["id"] = id->to_json();
  message["error"] = to_json(error);
  return message;
}

json::object make_notification(std::string_view method, json::object params) {
  json::object message{{"jsonrpc", "2.0"}, {"method", method}};
  if (!params.empty()) message["params"] = std::move(params);
  return message;
}

json::object make_request(const RequestId& id, std::string_view method, json::object params) {
  json::object message{{"jsonrpc", "2.0"}, {"id", id.to_json()}, {"method", method}};
  if (!params.empty()) message["params"] = std::move(params);
  return message;
}

}  // namespace mcp
