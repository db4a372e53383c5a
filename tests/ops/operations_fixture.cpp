// SPDX-License-Identifier: MIT
// Calls in a simulated workspace.
#include "ops/operations_fixture.hpp"

#include "loop/store/recovery.h"

namespace loop::test {

OperationsFixture::OperationsFixture(std::string_view now) : world({.start = sim::at(now)}) {
  REQUIRE(prepare_state(world.files, world.clock, world.random, world.log));
}

OperationContext OperationsFixture::context() {
  return {.services = {world.files, world.clock, world.random, world.processes, world.log},
          .engine = world.options,
          .time = time,
          .caller = caller,
          .meter = &meter,
          .is_cancelled = [this] { return is_cancelled; }};
}

Result<boost::json::object> OperationsFixture::try_call(std::string_view operation,
                                                        std::string_view arguments) {
  LOOP_TRY(const Operation* found, require_operation(operation));
  LOOP_TRY(const boost::json::object given, parse_arguments(arguments));
  return call_operation(context(), *found, given);
}

boost::json::object OperationsFixture::call(std::string_view operation,
                                            std::string_view arguments) {
  auto answer = try_call(operation, arguments);
  INFO(operation << " " << arguments);
  if (!answer) FAIL(answer.error().message());
  return std::move(*answer);
}

Error OperationsFixture::refuse(std::string_view operation, std::string_view arguments) {
  auto answer = try_call(operation, arguments);
  INFO(operation << " " << arguments);
  if (answer) FAIL("succeeded: " << boost::json::serialize(*answer));
  return std::move(answer).error();
}

}  // namespace loop::test
