// SPDX-License-Identifier: MIT
// A client of a server on stdio that keeps a number of calls open and looks at every answer.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/child.hpp"

namespace loop::bench {

struct RpcCalls {
  std::string tool;
  std::string arguments;  // a JSON object
  std::string expected;   // has to be in each answer
  int in_flight = 1;
  int count = 1000;
};

// One server process, initialized.
class RpcClient {
 public:
  static Result<RpcClient> start(const ChildSpec& server);

  // Makes the calls; calls a second. An answer that is an error, lacks the expected text, or has an
  // id that is not open, fails.
  Result<double> call(const RpcCalls& calls);

  // From the start of the process to the answer of initialize, in seconds.
  double start_seconds() const { return start_seconds_; }
  pid_t pid() const { return server_.pid(); }

 private:
  explicit RpcClient(Child server) : server_(std::move(server)) {}
  Result<std::string_view> next_line();
  Status send(std::string_view line);

  Child server_;
  double start_seconds_ = 0;
  std::int64_t last_id_ = 0;
  std::string received_;
  std::size_t taken_ = 0;  // bytes of received_ that were given out
};

}  // namespace loop::bench
