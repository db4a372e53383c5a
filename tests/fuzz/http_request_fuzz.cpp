// SPDX-License-Identifier: MIT
// Requests over HTTP: any bytes, and each is refused or answered; what the guard lets pass is read
// in one way.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/json.hpp>

#include "loop/base/log.h"
#include "mcp/http/head_guard.hpp"
#include "mcp/http/http_core.hpp"
#include "mcp/http/routes.hpp"
#include "sim/sim_clock.hpp"
#include "sim/sim_random.hpp"

namespace {

namespace http = boost::beast::http;
namespace json = boost::json;

class AtOnce final : public mcp::WorkQueue {
 public:
  bool submit(std::function<void()> work) override {
    work();
    return true;
  }
};

mcp::ServerDefinition definition() {
  mcp::ServerDefinition given{.implementation = {.name = "fuzz", .version = "1"}};
  given.tools.push_back(
      {.name = "work",
       .input_schema = {{"type", "object"},
                        {"properties",
                         json::object{{"region", json::object{{"type", "string"},
                                                              {"x-mcp-header", "Region"}}}}}},
       .run = [](mcp::Call& call, const json::object&) -> mcp::Reply<mcp::ToolResult> {
         call.report_progress(1, 2, "half");
         call.close_stream();
         return mcp::ToolResult{.content = {mcp::TextContent{"done"}}};
       }});
  return given;
}

// A session's id that the request can name.
std::string begin(mcp::HttpCore& core) {
  auto session = std::make_shared<mcp::HttpSession>(core.server, mcp::Principal{});
  session->conversation().receive(
      R"({"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-03-26","capabilities":{}}})",
      session->open_stream());
  return *core.sessions.add(std::move(session));
}

void check(const mcp::HttpReply& reply) {
  LOOP_CHECK(reply.status >= 200 && reply.status < 600);
  if (reply.content_type == "application/json") json::parse(reply.body);
}

void drain(const mcp::Follow& follow) {
  const auto reader = follow.stream->attach([] {}, follow.after);
  for (;;) {
    const auto taken = follow.stream->take(reader);
    if (taken.state != mcp::EventStream::State::event) break;
    LOOP_CHECK(taken.event.data.find('\n') == std::string::npos);
    json::parse(taken.event.data);
  }
  follow.stream->release(reader);
  if (follow.at_end) follow.at_end();
}

std::ptrdiff_t lines_in(std::string_view head) { return std::ranges::count(head, '\n'); }

void serve(mcp::HttpCore& core, std::string_view bytes, std::size_t head_bytes) {
  http::request_parser<http::string_body> parser;
  parser.body_limit(1'000'000);
  boost::beast::error_code failure;
  parser.put(boost::asio::buffer(bytes.data(), head_bytes), failure);
  if (failure && failure != http::error::need_more) return;
  LOOP_CHECK(parser.is_header_done());
  const auto& fields = parser.get().base();
  LOOP_CHECK(std::distance(fields.begin(), fields.end()) ==
             lines_in(bytes.substr(0, head_bytes)) - 2);
  mcp::HttpRequest request;
  request.method = parser.get().method();
  const std::string_view target(parser.get().target().data(), parser.get().target().size());
  request.path = target.substr(0, target.find('?'));
  if (request.path.size() < target.size()) request.query = target.substr(request.path.size() + 1);
  request.head = fields;
  if (core.access.check(request.head, request.caller)) return;
  const auto route = mcp::find_route(request);
  if (std::holds_alternative<mcp::HttpRefusal>(route)) return;
  for (std::size_t at = head_bytes; !parser.is_done() && !failure && at < bytes.size();) {
    const std::size_t used =
        parser.put(boost::asio::buffer(bytes.data() + at, bytes.size() - at), failure);
    if (used == 0) break;
    at += used;
    if (failure == http::error::need_more) failure = {};
  }
  request.body = parser.get().body();
  const mcp::Plan plan = std::get<const mcp::Route*>(route)->run(core, request);
  if (const auto* reply = std::get_if<mcp::HttpReply>(&plan)) {
    check(*reply);
  } else {
    drain(std::get<mcp::Follow>(plan));
  }
}

}  // namespace

// "SESSION" in the input stands for the id of a session that is there.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  AtOnce work;
  loop::sim::SimClock clock{loop::Instant{}};
  loop::sim::SimRandom random{1};
  loop::NullLog log;
  mcp::Server server(definition(), {.work = work, .clock = clock, .random = random, .log = log});
  const mcp::HttpOptions options;
  mcp::HttpCore core(server, random, options);
  const std::string session = begin(core);
  std::string bytes(reinterpret_cast<const char*>(data), size);
  constexpr std::string_view kPlace = "SESSION";
  if (const auto at = bytes.find(kPlace); at != std::string::npos) {
    bytes.replace(at, kPlace.size(), session);
  }
  const auto seen = mcp::guard_head(bytes);
  if (const auto* complete = std::get_if<mcp::HeadComplete>(&seen)) {
    serve(core, bytes, complete->bytes);
  }
  return 0;
}
