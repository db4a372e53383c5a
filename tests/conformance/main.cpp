// SPDX-License-Identifier: MIT
// The conformance fixture on standard input and output, or over HTTP on a port of loopback.
#include <cstdio>
#include <exception>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "conformance/fixture.hpp"
#include "loop/base/text.h"
#include "mcp/http/http_server.hpp"
#include "mcp/stdio/stdio_server.hpp"
#include "mcp/stdio/work_pool.hpp"

namespace {

constexpr std::size_t kThreadsMax = 64;  // handlers wait in them
constexpr std::size_t kWaitingMax = 1000;

class StderrLog final : public loop::Log {
 public:
  void write(loop::LogLevel, std::string_view message) override {
    std::fprintf(stderr, "mcp-conformance-server: %s\n", loop::to_single_line(message).c_str());
  }
};

loop::Status serve_http(mcp::Server& server, loop::RandomSource& random, std::uint16_t port) {
  mcp::HttpOptions options;
  options.port = port;
  LOOP_TRY(const auto http, mcp::HttpServer::listen(server, random, options));
  std::puts(fmt::format("listening on http://127.0.0.1:{}/mcp", http->port()).c_str());
  std::fflush(stdout);
  http->run();
  return {};
}

loop::Status serve(std::optional<std::uint16_t> port) {
  mcp::ProtocolPipes pipes;
  if (!port) {
    LOOP_TRY(pipes, mcp::take_standard_streams());
    mcp::block_signals();
  }
  loop::SystemClock clock;
  loop::SystemRandom random;
  StderrLog log;
  mcp::WorkPool pool(kThreadsMax, kWaitingMax);
  mcp::conformance::Fixture fixture({.work = pool, .clock = clock, .random = random, .log = log});
  loop::Status status;
  if (port) {
    status = serve_http(fixture.server(), random, *port);
  } else {
    mcp::serve_stdio(fixture.server(), pipes);
  }
  pool.finish();
  return status;
}

}  // namespace

// mcp-conformance-server [PORT]
int main(int argc, char** argv) {
  try {
    std::optional<std::uint16_t> port;
    if (argc > 1) port = static_cast<std::uint16_t>(std::stoul(argv[1]));
    const loop::Status status = serve(port);
    if (status) return 0;
    std::fprintf(stderr, "mcp-conformance-server: %s\n", status.error().message().c_str());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "mcp-conformance-server: %s\n", error.what());
  }
  return 1;
}
