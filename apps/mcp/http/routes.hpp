// SPDX-License-Identifier: MIT
// The addresses of a server, and what is asked of a request to each before its body is read.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "mcp/http/http_core.hpp"
#include "mcp/http/http_refusal.hpp"
#include "mcp/http/plan.hpp"

namespace mcp {

struct Route {
  std::string_view path;
  boost::beast::http::verb method;
  Plan (*run)(HttpCore& core, const HttpRequest& request);
  bool takes_json = false;             // a body, of application/json
  std::string_view answers_with = "";  // media types that the client has to accept, with commas
};

std::span<const Route> routes();

// 404 for the path, 405 for the method, 415 for the body's type, 406 for what the client accepts.
std::variant<const Route*, HttpRefusal> find_route(const HttpRequest& request);

}  // namespace mcp
