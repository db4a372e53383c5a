// SPDX-License-Identifier: MIT
// The conformance fixture on standard input and output.
#include <cstdio>
#include <exception>
#include <string>

#include "conformance/fixture.hpp"
#include "loop/base/text.h"
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

loop::Status serve() {
  LOOP_TRY(const mcp::ProtocolPipes pipes, mcp::take_standard_streams());
  mcp::block_signals();
  loop::SystemClock clock;
  loop::SystemRandom random;
  StderrLog log;
  mcp::WorkPool pool(kThreadsMax, kWaitingMax);
  mcp::conformance::Fixture fixture({.work = pool, .clock = clock, .random = random, .log = log});
  mcp::serve_stdio(fixture.server(), pipes);
  pool.finish();
  return {};
}

}  // namespace

int main() {
  try {
    const loop::Status status = serve();
    if (status) return 0;
    std::fprintf(stderr, "mcp-conformance-server: %s\n", status.error().message().c_str());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "mcp-conformance-server: %s\n", error.what());
  }
  return 1;
}
