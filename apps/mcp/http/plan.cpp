// SPDX-License-Identifier: MIT
// Refusals as replies.
#include "mcp/http/plan.hpp"

#include <boost/json.hpp>

#include "mcp/http/http_refusal.hpp"
#include "mcp/protocol/message.hpp"

namespace mcp {

std::string_view HttpRequest::header(std::string_view name) const {
  const auto found = head.find(name);
  if (found == head.end()) return {};
  return {found->value().data(), found->value().size()};
}

HttpReply refuse(unsigned status, const RpcError& error, const std::optional<RequestId>& id) {
  return {.status = status,
          .content_type = "application/json",
          .body = boost::json::serialize(make_error(id, error))};
}

HttpReply refuse(const HttpRefusal& refusal) {
  HttpReply reply = refuse(refusal.status, {ErrorCode::invalid_request, refusal.message});
  if (!refusal.allow.empty()) reply.fields.emplace_back("Allow", refusal.allow);
  if (refusal.status == 401) reply.fields.emplace_back("WWW-Authenticate", "Bearer");
  return reply;
}

}  // namespace mcp
