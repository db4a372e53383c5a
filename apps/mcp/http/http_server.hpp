// SPDX-License-Identifier: MIT
// Serving many clients over HTTP: /mcp for every revision that has it, /sse for 2024-11-05,
// /healthz and /metrics.
#pragma once

#include <cstdint>
#include <memory>

#include "loop/base/random.h"
#include "loop/base/result.h"
#include "mcp/http/http_options.hpp"
#include "mcp/server/server.hpp"

namespace mcp {

class HttpServer {
 public:
  // Listens from then on. The server and `random` are borrowed. io_error names the address.
  static loop::Result<std::unique_ptr<HttpServer>> listen(Server& server,
                                                          loop::RandomSource& random,
                                                          HttpOptions options);
  ~HttpServer();

  std::uint16_t port() const;

  // Serves until stop(), SIGTERM or SIGINT. Then what was accepted is answered, as far as the time
  // for it goes; a second signal ends that. One thread.
  void run();
  void stop();  // from any thread

 private:
  class Loop;
  explicit HttpServer(std::unique_ptr<Loop> loop);
  const std::unique_ptr<Loop> loop_;
};

}  // namespace mcp
