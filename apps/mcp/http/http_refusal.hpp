// SPDX-License-Identifier: MIT
// A request that is not served: the status, and for a person what is wrong and what is allowed.
#pragma once

#include <string>

namespace mcp {

struct HttpRefusal {
  unsigned status = 400;
  std::string message;
  std::string allow{};  // the methods, for 405
};

}  // namespace mcp
