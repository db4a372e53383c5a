// SPDX-License-Identifier: MIT
// Each message by itself: what it says of its revision decides, before the header, before the
// session.
#include "mcp/http/mcp_endpoint.hpp"

#include <algorithm>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "mcp/http/http_refusal.hpp"
#include "mcp/http/mirrored_headers.hpp"
#include "mcp/protocol/message.hpp"
#include "mcp/protocol/methods.hpp"
#include "mcp/server/modern_meta.hpp"
#include "mcp/server/params.hpp"

namespace mcp {

namespace json = boost::json;

namespace {

constexpr std::string_view kSessionHeader = "Mcp-Session-Id";
constexpr std::string_view kVersionHeader = "MCP-Protocol-Version";

// Of clients that name none: the first with this transport.
constexpr Revision kUnnamedRevision = Revision::v2025_03_26;

const HttpReply kAccepted{.status = 202};

HttpReply no_session() {
  return refuse({404, "there is no such session (any more): begin anew with \"initialize\""});
}

std::shared_ptr<EventStream> make_stream() {
  return std::make_shared<EventStream>("", StreamEnd::with_answer, Replay::none);
}

// What comes in one body: how many of it are answered, and whether all of it is to be understood.
struct Census {
  bool is_batch = false;
  std::size_t answers = 0;
  std::optional<Malformed> broken{};  // the first without an id to answer to
};

Census count_messages(const MessageBody& body) {
  Census census{.is_batch = body.is_batch};
  for (const Message& message : body.messages) {
    const auto* malformed = std::get_if<Malformed>(&message);
    const bool is_request = std::holds_alternative<Request>(message);
    if (is_request || (malformed != nullptr && malformed->id)) ++census.answers;
    if (malformed != nullptr && !malformed->id && !census.broken) census.broken = *malformed;
  }
  return census;
}

std::optional<HttpReply> check_census(const Census& census, const MessageBody& body,
                                      Revision revision) {
  if (census.is_batch && revision != Revision::v2025_03_26) {
    return refuse(400, {ErrorCode::invalid_request, "batches exist in revision 2025-03-26 only"});
  }
  if (census.is_batch && body.messages.empty()) {
    return refuse(400, {ErrorCode::invalid_request, "a batch holds at least one message"});
  }
  if (census.broken && census.answers == 0) return refuse(400, census.broken->error);
  return std::nullopt;
}

bool is_initialize(const MessageBody& body) {
  const auto* request = body.is_batch ? nullptr : std::get_if<Request>(&body.messages.front());
  return request != nullptr && request->method == method::kInitialize;
}

Plan begin_session(HttpCore& core, const HttpRequest& request, MessageBody body) {
  auto session = std::make_shared<HttpSession>(core.server, request.caller);
  const auto stream = session->open_stream();
  Follow follow{.stream = stream, .at_end = [session, stream] { session->leave_stream(*stream); }};
  session->conversation().receive(std::move(body), follow.stream);
  if (!session->conversation().legacy_revision()) return follow;  // with the error
  const auto id = core.sessions.add(session);
  if (!id) return refuse({503, "all sessions are in use; try again later"});
  follow.session_id = *id;
  return follow;
}

Plan receive_in_session(const std::shared_ptr<HttpSession>& kept, MessageBody body) {
  HttpSession& session = *kept;
  const Revision revision = session.conversation().legacy_revision().value_or(kNewestLegacy);
  const Census census = count_messages(body);
  if (auto refusal = check_census(census, body, revision)) return std::move(*refusal);
  if (census.answers == 0) {
    session.conversation().receive(std::move(body), session.own_stream());
    return kAccepted;
  }
  const auto stream = session.open_stream();
  Follow follow{.stream = stream,
                .has_event_ids = true,
                .is_primed = revision >= Revision::v2025_11_25,
                .at_end = [kept, stream] { kept->leave_stream(*stream); }};
  session.conversation().receive(std::move(body), follow.stream);
  return follow;
}

// Clients that do not keep their session's id, or never began one, are served one by one.
Plan receive_alone(HttpCore& core, MessageBody body, Revision revision) {
  const Census census = count_messages(body);
  if (auto refusal = check_census(census, body, revision)) return std::move(*refusal);
  if (census.answers == 0) return kAccepted;  // nothing remembers what it means
  const auto stream = make_stream();
  auto exchange = std::make_shared<Session>(core.server, stream);
  exchange->assume(revision);
  exchange->receive(std::move(body), stream);
  return Follow{.stream = stream, .exchange = exchange, .at_end = [&core, exchange] {
                  if (exchange->in_flight() > 0) core.left_alone.push_back(exchange);
                }};
}

Plan receive_legacy(HttpCore& core, const HttpRequest& request, MessageBody body) {
  std::optional<Revision> named;
  if (request.has_header(kVersionHeader)) {
    named = parse_revision(request.header(kVersionHeader));
    if (!named) {
      return refuse({400, fmt::format("{}: {} is not served here", kVersionHeader,
                                      quoted(request.header(kVersionHeader)))});
    }
  }
  if (is_initialize(body)) return begin_session(core, request, std::move(body));
  if (!request.has_header(kSessionHeader)) {
    return receive_alone(core, std::move(body), named.value_or(kUnnamedRevision));
  }
  const auto session =
      core.sessions.find(std::string(request.header(kSessionHeader)), request.caller);
  return session ? receive_in_session(session, std::move(body)) : Plan(no_session());
}

std::optional<RpcError> check_params(const HttpCore& core, const HttpRequest& request,
                                     const Request& message) {
  if (message.method != method::kToolsCall) return std::nullopt;
  const json::value* name = message.params.if_contains("name");
  const Tool* tool = name != nullptr && name->is_string()
                         ? core.server.find_tool(std::string_view(name->get_string()))
                         : nullptr;
  if (tool == nullptr) return std::nullopt;
  const json::value* arguments = message.params.if_contains("arguments");
  static const json::object nothing;
  const bool is_object = arguments != nullptr && arguments->is_object();
  return check_param_headers(request.head, *tool, is_object ? arguments->get_object() : nothing);
}

Plan receive_modern(HttpCore& core, const HttpRequest& request, MessageBody body) {
  const auto& message = std::get<Request>(body.messages.front());
  if (auto error = check_mirrored_headers(request.head, message)) {
    return refuse(400, *error, message.id);
  }
  const auto meta = read_modern_meta(message.params);
  if (const auto* error = std::get_if<RpcError>(&meta)) return refuse(400, *error, message.id);
  if (auto error = check_params(core, request, message)) return refuse(400, *error, message.id);
  const auto stream = make_stream();
  auto exchange = std::make_shared<Session>(core.server, stream);
  exchange->receive(std::move(body), stream);
  return Follow{.stream = stream, .has_error_status = true, .exchange = std::move(exchange)};
}

// The header says that it is modern, the body does not say so.
Plan refuse_unclaimed(const Message& message) {
  const auto* request = std::get_if<Request>(&message);
  if (request == nullptr) return kAccepted;
  return refuse(
      400, invalid_params(fmt::format("params._meta[\"{}\"] is missing", meta::kProtocolVersion)),
      request->id);
}

bool names_modern(const HttpRequest& request) {
  const auto revision = parse_revision(request.header(kVersionHeader));
  return revision && is_modern(*revision);
}

}  // namespace

Plan post_message(HttpCore& core, const HttpRequest& request) {
  auto parsed = parse_line(request.body);
  if (const auto* malformed = std::get_if<Malformed>(&parsed)) {
    return refuse(400, malformed->error, malformed->id);
  }
  MessageBody body = read_messages(std::move(std::get<json::value>(parsed)));
  if (body.is_batch) return receive_legacy(core, request, std::move(body));
  const Message& message = body.messages.front();
  if (const auto* malformed = std::get_if<Malformed>(&message)) {
    return refuse(400, malformed->error, malformed->id);
  }
  if (const auto* one = std::get_if<Request>(&message); one && says_modern(one->params)) {
    return receive_modern(core, request, std::move(body));
  }
  if (const auto* one = std::get_if<Notification>(&message); one && says_modern(one->params)) {
    return kAccepted;  // on this transport, a request is cancelled by closing its response
  }
  if (names_modern(request)) return refuse_unclaimed(message);
  return receive_legacy(core, request, std::move(body));
}

Plan open_session_stream(HttpCore& core, const HttpRequest& request) {
  if (!request.has_header(kSessionHeader) || names_modern(request)) {
    return refuse({405, "GET opens the stream of a session: send its Mcp-Session-Id", "POST"});
  }
  const auto session =
      core.sessions.find(std::string(request.header(kSessionHeader)), request.caller);
  if (!session) return no_session();
  Follow follow{.stream = session->own_stream(),
                .form = Follow::Form::stream,
                .has_event_ids = true,
                .is_primed = session->conversation().legacy_revision() >= Revision::v2025_11_25};
  if (request.has_header("Last-Event-ID")) {
    auto place = session->find(request.header("Last-Event-ID"));
    if (!place) return refuse({400, "Last-Event-ID names no stream of this session"});
    follow.stream = std::move(place->stream);
    follow.after = place->after;
  }
  return follow;
}

Plan end_session(HttpCore& core, const HttpRequest& request) {
  if (!request.has_header(kSessionHeader)) {
    return refuse({names_modern(request) ? 405U : 400U,
                   "DELETE ends a session: send its Mcp-Session-Id", "POST"});
  }
  const bool is_ended =
      core.sessions.remove(std::string(request.header(kSessionHeader)), request.caller);
  return is_ended ? HttpReply{.status = 204} : no_session();
}

}  // namespace mcp
