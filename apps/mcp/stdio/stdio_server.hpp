// SPDX-License-Identifier: MIT
// Serving one client over standard input and output.
#pragma once

#include <cstddef>

#include "loop/base/result.h"
#include "mcp/protocol/line_splitter.hpp"
#include "mcp/server/server.hpp"

namespace mcp {

// The two ends of the protocol, taken away from the standard descriptors: from then on 0 is
// /dev/null and 1 is where 2 goes, so that nothing else can get into the stream. No child inherits
// them.
struct ProtocolPipes {
  int in = -1;
  int out = -1;
};
loop::Result<ProtocolPipes> take_standard_streams();

// SIGTERM and SIGINT are handled by serve_stdio, SIGPIPE is ignored. Before any thread is started.
void block_signals();

struct StdioOptions {
  std::size_t line_bytes_max = kLineBytesMax;
  int drain_ms = 5000;  // for the answers to what was accepted, after the end of the input
};

// Serves until the input ends, SIGTERM or SIGINT comes, the client stops reading, or the parent
// process is gone. Requests that were accepted are answered before it returns, as far as the time
// for it goes.
void serve_stdio(Server& server, const ProtocolPipes& pipes, const StdioOptions& options = {});

}  // namespace mcp
