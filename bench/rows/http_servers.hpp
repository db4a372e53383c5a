// SPDX-License-Identifier: MIT
// Servers over HTTP that rows measure, as processes.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "harness/child.hpp"

namespace loop::bench {

inline const std::string kEchoCall = R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":)"
                                     R"({"name":"echo","arguments":{"message":"hello"}}})";

// A server process and the request that it is asked.
struct HttpServer {
  Child child;
  std::uint16_t port = 0;
  std::string request;
};
using Start = std::function<Result<HttpServer>()>;

// A port that was free a moment ago.
Result<std::uint16_t> free_port();

// A server that prints where it listens.
Start printing_server(std::vector<std::string> argv);
Start everything_server(std::string node, std::string script);

}  // namespace loop::bench
