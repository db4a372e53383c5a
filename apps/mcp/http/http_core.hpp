// SPDX-License-Identifier: MIT
// What all connections of a server share. For one thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "mcp/http/access.hpp"
#include "mcp/http/http_options.hpp"
#include "mcp/http/session_table.hpp"
#include "mcp/server/server.hpp"

namespace mcp {

struct HttpCounters {
  std::map<std::pair<std::string, unsigned>, std::uint64_t> requests;  // by route and status
  std::uint64_t connections = 0;                                       // open now, as the next
  std::uint64_t streams = 0;
  std::uint64_t refused_connections = 0;  // since the start, as the next
  std::uint64_t events = 0;
  std::uint64_t dropped_readers = 0;  // too slow
};

struct HttpCore {
  HttpCore(Server& its_server, loop::RandomSource& random, const HttpOptions& its_options)
      : server(its_server),
        options(its_options),
        access(its_options.access),
        sessions(its_server.clock(), random, its_options.sessions_max,
                 its_options.session_idle_limit),
        sse_sessions(its_server.clock(), random, its_options.sessions_max,
                     its_options.session_idle_limit) {}

  Server& server;
  const HttpOptions& options;
  const Access access;
  SessionTable sessions;      // of Streamable HTTP
  SessionTable sse_sessions;  // of HTTP+SSE
  // Legacy requests outside of a session, whose clients are gone: that cancels nothing.
  std::vector<std::shared_ptr<Session>> left_alone;
  HttpCounters counters;
  bool is_ending = false;
};

}  // namespace mcp
