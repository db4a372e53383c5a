// SPDX-License-Identifier: MIT
// One block a figure.
#include "mcp/http/metrics.hpp"

#include <fmt/format.h>

namespace mcp {

namespace {

void add(std::string& text, std::string_view name, std::string_view type, std::string_view help,
         std::uint64_t value) {
  text += fmt::format("# HELP {0} {1}\n# TYPE {0} {2}\n{0} {3}\n", name, help, type, value);
}

}  // namespace

std::string metrics_text(const HttpCore& core) {
  const HttpCounters& counters = core.counters;
  std::string text =
      "# HELP mcp_http_requests_total Requests by route and status.\n"
      "# TYPE mcp_http_requests_total counter\n";
  for (const auto& [key, count] : counters.requests) {
    text += fmt::format("mcp_http_requests_total{{route=\"{}\",status=\"{}\"}} {}\n", key.first,
                        key.second, count);
  }
  add(text, "mcp_http_connections", "gauge", "Connections that are open.", counters.connections);
  add(text, "mcp_http_streams", "gauge", "Event streams that are open.", counters.streams);
  add(text, "mcp_http_sessions", "gauge", "Sessions of Streamable HTTP.", core.sessions.size());
  add(text, "mcp_http_sse_sessions", "gauge", "Sessions of HTTP+SSE.", core.sse_sessions.size());
  add(text, "mcp_http_events_total", "counter", "Messages sent on streams.", counters.events);
  add(text, "mcp_http_dropped_readers_total", "counter",
      "Streams that were closed because their client did not read.", counters.dropped_readers);
  add(text, "mcp_http_refused_connections_total", "counter",
      "Connections that were closed at once, being too many.", counters.refused_connections);
  return text;
}

}  // namespace mcp
