// SPDX-License-Identifier: MIT
// The smallest server on the library: one tool that gives back its text; on stdio, or with --http
// on a free port of loopback, which it prints.
#include <cstdio>
#include <exception>
#include <string_view>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "loop/base/clock.h"
#include "loop/base/log.h"
#include "loop/base/random.h"
#include "mcp/http/http_server.hpp"
#include "mcp/server/server.hpp"
#include "mcp/stdio/stdio_server.hpp"
#include "mcp/stdio/work_pool.hpp"

namespace {

namespace json = boost::json;

constexpr std::size_t kThreadsMax = 2, kWaitingMax = 10'000;

mcp::Reply<mcp::ToolResult> echo(mcp::Call&, const json::object& arguments) {
  const json::value* message = arguments.if_contains("message");
  if (arguments.size() != 1 || message == nullptr || !message->is_string()) {
    return mcp::RpcError{mcp::ErrorCode::invalid_params, "echo wants one argument, message"};
  }
  return mcp::ToolResult{.content = {mcp::TextContent{
                             fmt::format("Echo: {}", std::string_view(message->get_string()))}}};
}

mcp::ServerDefinition definition() {
  mcp::ServerDefinition server{.implementation = {"bench-echo-server", "1"}};
  server.tools.push_back({.name = "echo",
                          .description = "Gives back its message",
                          .input_schema = {{"type", "object"},
                                           {"properties", {{"message", {{"type", "string"}}}}},
                                           {"required", json::array{"message"}}},
                          .place = mcp::WorkPlace::reader,
                          .run = echo});
  return server;
}

loop::Status serve_http(mcp::Server& server, loop::RandomSource& random) {
  mcp::HttpOptions options;
  options.port = 0;
  LOOP_TRY(const auto http, mcp::HttpServer::listen(server, random, options));
  std::puts(fmt::format("http://127.0.0.1:{}/mcp", http->port()).c_str());
  std::fflush(stdout);
  http->run();
  return {};
}

loop::Status serve(bool over_http) {
  mcp::ProtocolPipes pipes;
  if (!over_http) {
    LOOP_TRY(pipes, mcp::take_standard_streams());
    mcp::block_signals();
  }
  loop::SystemClock clock;
  loop::SystemRandom random;
  loop::NullLog log;
  mcp::WorkPool pool(kThreadsMax, kWaitingMax);
  mcp::Server server(definition(), {.work = pool, .clock = clock, .random = random, .log = log});
  loop::Status status;
  if (over_http) {
    status = serve_http(server, random);
  } else {
    mcp::serve_stdio(server, pipes);
  }
  pool.finish();
  return status;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const auto status = serve(argc > 1 && std::string_view(argv[1]) == "--http");
    if (status) return 0;
    std::fprintf(stderr, "bench-echo-server: %s\n", status.error().message().c_str());
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "bench-echo-server: %s\n", problem.what());
  }
  return 1;
}
