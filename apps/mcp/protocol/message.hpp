// SPDX-License-Identifier: MIT
// JSON-RPC 2.0 messages: told apart when they come in, made when they go out.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <boost/json/object.hpp>

#include "mcp/protocol/request_id.hpp"
#include "mcp/protocol/rpc_error.hpp"

namespace mcp {

struct Request {
  RequestId id;
  std::string method;
  boost::json::object params{};
};

struct Notification {
  std::string method;
  boost::json::object params{};
};

// The answer to a request of ours.
struct Response {
  RequestId id;
  RpcOutcome outcome;
};

// What is no message, and how to say so. The id is there when the sender can be told which of its
// requests is meant.
struct Malformed {
  std::optional<RequestId> id;
  RpcError error;
};

using Message = std::variant<Request, Notification, Response, Malformed>;

// What one text holds: one message or, as an array, a batch of any number.
struct MessageBody {
  bool is_batch = false;
  std::vector<Message> messages;
};

// A request without `params` has empty ones. `id: null`, another "jsonrpc" than "2.0" and params
// that are no object are malformed.
MessageBody read_messages(boost::json::value value);

// The text of a line. Malformed with parse_error for what is no JSON, is nested deeper than 100 or
// is not UTF-8; with invalid_request for an object that holds a key twice.
std::variant<boost::json::value, Malformed> parse_line(std::string_view line);

boost::json::object make_result(const RequestId& id, boost::json::object result);
// Without an id where the request's is not known: `null` is in no revision's schema.
boost::json::object make_error(const std::optional<RequestId>& id, const RpcError& error);
boost::json::object make_notification(std::string_view method, boost::json::object params);
boost::json::object make_request(const RequestId& id, std::string_view method,
                                 boost::json::object params);

}  // namespace mcp
