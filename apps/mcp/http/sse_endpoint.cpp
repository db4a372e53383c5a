// SPDX-License-Identifier: MIT
// A session lives as long as its stream.
#include "mcp/http/sse_endpoint.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include "mcp/http/http_refusal.hpp"
#include "mcp/protocol/message.hpp"

namespace mcp {

namespace {

constexpr std::string_view kIdParameter = "sessionId=";

}  // namespace

Plan open_sse(HttpCore& core, const HttpRequest& request) {
  auto session = std::make_shared<HttpSession>(core.server, request.caller, Replay::none);
  const auto id = core.sse_sessions.add(session);
  if (!id) return refuse({503, "all sessions are in use; try again later"});
  return Follow{
      .stream = session->own_stream(),
      .form = Follow::Form::stream,
      .first_event =
          fmt::format("event: endpoint\ndata: {}?{}{}\n\n", kMessagesPath, kIdParameter, *id),
      .at_end = [&core, id = *id, owner = request.caller] { core.sse_sessions.remove(id, owner); }};
}

Plan post_sse_message(HttpCore& core, const HttpRequest& request) {
  const bool has_id = std::string_view(request.query).starts_with(kIdParameter);
  const auto session =
      has_id ? core.sse_sessions.find(request.query.substr(kIdParameter.size()), request.caller)
             : nullptr;
  if (!session) return refuse({404, "there is no such session: its stream is closed"});
  auto parsed = parse_line(request.body);
  if (const auto* malformed = std::get_if<Malformed>(&parsed)) {
    return refuse(400, malformed->error, malformed->id);
  }
  session->conversation().receive(read_messages(std::move(std::get<boost::json::value>(parsed))),
                                  session->own_stream());
  return HttpReply{.status = 202};
}

}  // namespace mcp
