// SPDX-License-Identifier: MIT
// How often each operation was called, how long it took and how often it failed.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "loop/base/time.h"

namespace loop {

// Thread-safe. Times are kept in classes that grow by a fifth, so p50 and p99 are at most 20 %
// high.
class OperationMeter {
 public:
  void add(std::string_view operation, std::chrono::microseconds took, bool succeeded);

  struct Row {
    std::string operation;
    std::int64_t calls = 0;
    std::int64_t errors = 0;
    std::chrono::microseconds p50{};
    std::chrono::microseconds p99{};
  };
  std::vector<Row> rows() const;  // by name

 private:
  static constexpr std::size_t kClassCount = 128;
  struct Counts {
    std::int64_t calls = 0;
    std::int64_t errors = 0;
    std::array<std::int64_t, kClassCount> classes{};
  };

  mutable std::mutex mutex_;
  std::map<std::string, Counts, std::less<>> counts_;
};

}  // namespace loop
