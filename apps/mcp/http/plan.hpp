// SPDX-License-Identifier: MIT
// What is done with a request: one reply, or a stream that is followed.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/verb.hpp>

#include "mcp/http/access.hpp"
#include "mcp/http/event_stream.hpp"
#include "mcp/http/http_refusal.hpp"
#include "mcp/protocol/request_id.hpp"
#include "mcp/server/session.hpp"

namespace mcp {

// Whole, and past every check that needs no body.
struct HttpRequest {
  boost::beast::http::verb method{};
  std::string path;
  std::string query;  // after "?"
  boost::beast::http::fields head;
  std::string body;
  Principal caller;

  // Empty when it is not there.
  std::string_view header(std::string_view name) const;
  bool has_header(std::string_view name) const { return head.find(name) != head.end(); }
};

struct HttpReply {
  unsigned status = 200;
  std::string content_type{};
  std::string body{};
  std::vector<std::pair<std::string, std::string>> fields{};
};

struct Follow {
  std::shared_ptr<EventStream> stream;
  std::optional<std::uint64_t> after{};  // of a client that comes again
  // What answers at once gets one JSON text; a stream is begun when something else comes first, or
  // nothing for long.
  enum class Form { answer, stream } form = Form::answer;
  bool has_event_ids = false;
  bool is_primed = false;               // begins with an event without data, so that there is an id
  std::string first_event{};            // as it goes out, before all others
  std::string session_id{};             // for the client, of a session that was just begun
  bool has_error_status = false;        // an error as the answer shows in the HTTP status
  std::shared_ptr<Session> exchange{};  // of this request alone
  std::function<void()> at_end{};       // when it is followed no more
};

using Plan = std::variant<HttpReply, Follow>;

// With a message of JSON-RPC for clients that read it.
HttpReply refuse(unsigned status, const RpcError& error, const std::optional<RequestId>& id = {});
HttpReply refuse(const HttpRefusal& refusal);

}  // namespace mcp
