// SPDX-License-Identifier: MIT
// A load of equal HTTP requests over a number of connections that stay open; each answer is looked
// at.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/socket.hpp"
#include "loop/base/result.h"

namespace loop::bench {

struct HttpLoad {
  std::uint16_t port = 0;  // of 127.0.0.1
  std::string request;     // whole, with its head
  std::string expected;    // has to be in each answer, whose status has to be 200
  int connections = 1;
  int count = 1000;
  std::vector<std::string> requests{};  // one a connection, in place of `request`
};

struct HttpLoadResult {
  double rate = 0;    // answers a second
  double p99_ms = 0;  // from sending to the whole answer
};
Result<HttpLoadResult> run_load(const HttpLoad& load);

// One exchange on a connection of its own; gives head and body.
Result<std::string> ask_once(std::uint16_t port, const std::string& request);

// A connection on which the server has begun a stream of events.
Result<Socket> open_stream(std::uint16_t port, const std::string& request);

std::string post(const std::string& path, const std::string& fields, const std::string& body);

// The session that `initialize` at /mcp begins, as a header line; empty when it gives none.
Result<std::string> begin_session(std::uint16_t port);

// Waits until something listens.
Status wait_for_port(std::uint16_t port);

}  // namespace loop::bench
