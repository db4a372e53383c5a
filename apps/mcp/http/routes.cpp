// SPDX-License-Identifier: MIT
// One table.
#include "mcp/http/routes.hpp"

#include <algorithm>
#include <array>
#include <string>

#include <fmt/format.h>

#include "mcp/http/ascii.hpp"
#include "mcp/http/mcp_endpoint.hpp"
#include "mcp/http/metrics.hpp"
#include "mcp/http/sse_endpoint.hpp"

namespace mcp {

namespace http = boost::beast::http;

namespace {

constexpr std::string_view kJson = "application/json";
constexpr std::string_view kEvents = "text/event-stream";
constexpr std::string_view kBoth = "application/json,text/event-stream";

Plan tell_health(HttpCore& core, const HttpRequest&) {
  return HttpReply{.status = core.is_ending ? 503U : 200U,
                   .content_type = std::string(kJson),
                   .body = core.is_ending ? R"({"status":"ending"})" : R"({"status":"ok"})"};
}

Plan tell_metrics(HttpCore& core, const HttpRequest&) {
  return HttpReply{.content_type = "text/plain; version=0.0.4; charset=utf-8",
                   .body = metrics_text(core)};
}

constexpr std::array<Route, 7> kRoutes{{
    {"/mcp", http::verb::post, post_message, true, kBoth},
    {"/mcp", http::verb::get, open_session_stream, false, kEvents},
    {"/mcp", http::verb::delete_, end_session},
    {"/sse", http::verb::get, open_sse, false, kEvents},
    {kMessagesPath, http::verb::post, post_sse_message, true},
    {"/healthz", http::verb::get, tell_health},
    {"/metrics", http::verb::get, tell_metrics},
}};

// Without its parameters.
bool is_media_type(std::string_view value, std::string_view wanted) {
  return is_same_name(trimmed(value.substr(0, value.find(';'))), wanted);
}

// Calls `visit` with each part between commas, until it says true.
template <class Visit>
bool any_part(std::string_view list, Visit visit) {
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    if (visit(list.substr(0, comma))) return true;
    list = comma == std::string_view::npos ? "" : list.substr(comma + 1);
  }
  return false;
}

// A client that names nothing accepts everything (RFC 9110, 12.5.1).
bool accepts(const HttpRequest& request, std::string_view wanted) {
  const auto field = request.head.find(http::field::accept);
  if (field == request.head.end()) return true;
  const std::string group = std::string(wanted.substr(0, wanted.find('/') + 1)) + "*";
  return any_part({field->value().data(), field->value().size()}, [&](std::string_view part) {
    return is_media_type(part, wanted) || is_media_type(part, "*/*") || is_media_type(part, group);
  });
}

std::string methods_of(std::string_view path) {
  std::string methods;
  for (const Route& route : kRoutes) {
    if (route.path != path) continue;
    methods += (methods.empty() ? "" : ", ") + std::string(http::to_string(route.method));
  }
  return methods;
}

}  // namespace

std::span<const Route> routes() { return kRoutes; }

std::variant<const Route*, HttpRefusal> find_route(const HttpRequest& request) {
  const auto route = std::ranges::find_if(kRoutes, [&](const Route& known) {
    return known.path == request.path && known.method == request.method;
  });
  if (route == kRoutes.end()) {
    const std::string methods = methods_of(request.path);
    if (methods.empty()) return HttpRefusal{404, "nothing is served at this path; /mcp is"};
    return HttpRefusal{405, fmt::format("{} takes {}", request.path, methods), methods};
  }
  if (route->takes_json && !is_media_type(request.header("Content-Type"), kJson)) {
    return HttpRefusal{415, "the body has to be application/json"};
  }
  const bool is_refused =
      any_part(route->answers_with, [&](std::string_view type) { return !accepts(request, type); });
  if (is_refused) {
    return HttpRefusal{406, fmt::format("Accept has to hold {}", route->answers_with)};
  }
  return &*route;
}

}  // namespace mcp
