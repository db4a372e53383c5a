// SPDX-License-Identifier: MIT
// The workspace over HTTP: who may ask, and where it listens.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "loop/base/result.h"
#include "mcp/http/http_options.hpp"
#include "mcp/server/server.hpp"
#include "workspace_calls.hpp"

namespace loop_mcp {

inline constexpr std::uint16_t kDefaultPort = 8567;

// As the command line says it.
struct HttpWish {
  std::string address;  // of --http: HOST, HOST:PORT, :PORT or nothing
  std::optional<std::string> token_file{};
  std::vector<std::string> hosts{}, origins{};
  bool is_behind_proxy = false;
  bool wants_engine = false;
};

// invalid_argument: what is no address; an address that others can reach without a token and
// --behind-proxy; a token file that others can read. A token file that is not there is made.
loop::Result<mcp::HttpOptions> http_options(const HttpWish& wish, loop::RandomSource& random);

// Says on standard output where it listens, and serves until it is told to end.
loop::Status serve_http(mcp::Server& server, WorkspaceCalls& calls, const HttpWish& wish);

}  // namespace loop_mcp
