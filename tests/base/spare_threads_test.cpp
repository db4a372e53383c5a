// SPDX-License-Identifier: MIT
// Threads that help one call.
#include "loop/base/spare_threads.h"

#include <atomic>
#include <stdexcept>
#include <thread>

#include "support/catch.hpp"

using namespace loop;

TEST_CASE("helpers run beside the caller's thread, and the call waits for all") {
  for (const std::size_t count : {0u, 1u, 5u}) {
    SystemSpareThreads helpers(count);
    CHECK(helpers.count() == count);
    std::atomic<std::size_t> helped = 0;
    std::thread::id own;
    helpers.run([&] { ++helped; }, [&] { own = std::this_thread::get_id(); });
    CHECK(helped == count);
    CHECK(own == std::this_thread::get_id());
  }
  CHECK(SystemSpareThreads().count() <= 7);
}

TEST_CASE("what a helper or the caller's part throws comes out after all have ended") {
  SystemSpareThreads helpers(2);
  std::atomic<int> ended = 0;
  const auto fail = [] { throw std::runtime_error("broken"); };
  const auto end = [&] { ++ended; };
  CHECK_THROWS_AS(helpers.run(fail, end), std::runtime_error);
  CHECK(ended == 1);
  CHECK_THROWS_AS(helpers.run(end, fail), std::runtime_error);
  CHECK(ended == 3);
}
