// SPDX-License-Identifier: MIT
// A simulated workspace in which operations are called as the front-ends call them.
#pragma once

#include <boost/json.hpp>

#include <string>
#include <string_view>

#include "loop/domain/time_ledger.h"
#include "loop/ops/operation.h"
#include "loop/ops/operation_meter.h"
#include "sim/engine/world.hpp"

namespace loop::test {

// The disk is `world.files`, the time `world.clock`; both may be changed between calls.
class OperationsFixture {
 public:
  explicit OperationsFixture(std::string_view now = "2025-11-01T06:28:04Z");

  // The answer; fails the test when the call is refused.
  boost::json::object call(std::string_view operation, std::string_view arguments = "{}");
  // The error; fails the test when the call succeeds.
  Error refuse(std::string_view operation, std::string_view arguments = "{}");
  Result<boost::json::object> try_call(std::string_view operation, std::string_view arguments);

  OperationContext context();

  sim::World world;
  TimeLedger time{world.files, world.clock, world.log};
  OperationMeter meter;
  OperationCaller caller;
  bool is_cancelled = false;
};

}  // namespace loop::test
