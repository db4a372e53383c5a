// SPDX-License-Identifier: MIT
// The ways to the tools of the built server, for clients that say anything.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

#include "apps/loopctl_fixture.hpp"

namespace loop::test {

// A begun conversation over one transport. Requests are answered one after another.
class ToolWay {
 public:
  virtual ~ToolWay() = default;
  // The bytes of one message, well-formed or not; the bytes of its answer. Fails the test when none
  // comes: a server that ended, or hangs.
  virtual std::string exchange(const std::string& message) = 0;
  virtual void tell(const std::string& notification) = 0;
  virtual LoopctlFixture& workspace() = 0;
  // What the server wrote to its standard error until now.
  virtual std::string log() = 0;

  void begin();
  std::string call(std::string_view tool, boost::json::object arguments);
  void ping();  // fails the test when it is not answered as it should be

 private:
  std::int64_t last_id_ = 0;
};

struct Transport {
  std::string name;
  std::unique_ptr<ToolWay> (*open)();
};

// stdio, Streamable HTTP, and HTTP with SSE; open() begins the conversation.
const std::vector<Transport>& transports();

}  // namespace loop::test
