// SPDX-License-Identifier: MIT
// What the server has to remember between two rounds of a call, kept by the client: it can neither
// be changed nor used for another call.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>

#include "loop/base/clock.h"
#include "loop/base/random.h"
#include "mcp/server/call.hpp"

namespace mcp {

struct CallMemory {
  InputAnswers answers;                         // of all rounds so far
  std::string state;                            // of the handler
  std::map<std::string, InputRequest> asked{};  // in the last round
};

// How long a person may take for the answers.
inline constexpr loop::Duration kRequestStateValid = std::chrono::hours{24};

// Thread-safe. The key is of this process: after a restart earlier states are refused.
class RequestStates {
 public:
  RequestStates(loop::RandomSource& random, const loop::Clock& clock);

  // For a call of `method` with `params`; of these `_meta`, `inputResponses` and `requestState` do
  // not count, and neither does the order of members.
  std::string seal(std::string_view method, const boost::json::object& params,
                   const CallMemory& memory) const;
  // Nothing for what was not sealed here, for another call, or is too old.
  std::optional<CallMemory> open(std::string_view method, const boost::json::object& params,
                                 std::string_view sealed) const;

 private:
  const loop::Clock& clock_;
  std::string key_;
};

}  // namespace mcp
