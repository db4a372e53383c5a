// SPDX-License-Identifier: MIT
// Where a server listens, whom it serves, and how much of everything.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "mcp/protocol/line_splitter.hpp"

namespace mcp {

struct AccessRules {
  // Besides localhost, 127.0.0.1 and [::1], which are always there: names without a port.
  std::vector<std::string> hosts{};
  // Pages of these may read answers (CORS), as "https://example.com"; pages of the hosts may ask,
  // but a browser shows them nothing.
  std::vector<std::string> origins{};
  // One of them has to come as "Authorization: Bearer"; none: nobody is asked for one.
  std::vector<std::string> tokens{};
};

struct HttpOptions {
  std::string address = "127.0.0.1";  // IPv4 or IPv6, without brackets
  std::uint16_t port = 0;             // 0: the kernel chooses one
  AccessRules access{};

  std::size_t body_bytes_max = kLineBytesMax;
  std::size_t connections_max = 20'000;
  std::size_t sessions_max = 10'000;

  std::chrono::milliseconds head_limit{10'000};   // from a request's first byte to its empty line
  std::chrono::milliseconds body_limit{60'000};   // for the body
  std::chrono::milliseconds idle_limit{60'000};   // between two requests of a connection
  std::chrono::milliseconds write_limit{30'000};  // for a client to take what is sent
  std::chrono::milliseconds keep_alive{15'000};   // between two signs of life on a stream
  std::chrono::milliseconds session_idle_limit{30 * 60 * 1000};
  std::chrono::milliseconds drain_limit{5'000};  // at the end, for what was accepted
};

}  // namespace mcp
