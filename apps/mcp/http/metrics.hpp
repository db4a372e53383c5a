// SPDX-License-Identifier: MIT
// What a server did and holds, as Prometheus reads it.
#pragma once

#include <string>

#include "mcp/http/http_core.hpp"

namespace mcp {

// Text exposition format 0.0.4.
std::string metrics_text(const HttpCore& core);

}  // namespace mcp
