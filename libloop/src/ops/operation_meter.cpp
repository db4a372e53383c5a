// SPDX-License-Identifier: MIT
// Counting calls.
#include "loop/ops/operation_meter.h"

#include <algorithm>
#include <cmath>

namespace loop {

namespace {

constexpr double kGrowth = 1.2;

std::size_t class_of(std::chrono::microseconds took, std::size_t count) {
  const double microseconds = std::max(1.0, static_cast<double>(took.count()));
  const auto index =
      static_cast<std::size_t>(std::ceil(std::log(microseconds) / std::log(kGrowth)));
  return std::min(index, count - 1);
}

std::chrono::microseconds top_of(std::size_t index) {
  return std::chrono::microseconds{std::llround(std::pow(kGrowth, static_cast<double>(index)))};
}

template <class Classes>
std::chrono::microseconds percentile(const Classes& classes, std::int64_t calls, int percent) {
  const std::int64_t wanted = std::max<std::int64_t>(1, (calls * percent + 99) / 100);
  std::int64_t seen = 0;
  for (std::size_t i = 0; i < classes.size(); ++i) {
    seen += classes[i];
    if (seen >= wanted) return top_of(i);
  }
  return {};
}

}  // namespace

void OperationMeter::add(std::string_view operation, std::chrono::microseconds took,
                         bool succeeded) {
  const std::lock_guard guard(mutex_);
  auto found = counts_.find(operation);
  if (found == counts_.end()) found = counts_.emplace(std::string(operation), Counts{}).first;
  Counts& counts = found->second;
  ++counts.calls;
  if (!succeeded) ++counts.errors;
  ++counts.classes[class_of(took, kClassCount)];
}

std::vector<OperationMeter::Row> OperationMeter::rows() const {
  const std::lock_guard guard(mutex_);
  std::vector<Row> rows;
  for (const auto& [operation, counts] : counts_) {
    rows.push_back({operation, counts.calls, counts.errors,
                    percentile(counts.classes, counts.calls, 50),
                    percentile(counts.classes, counts.calls, 99)});
  }
  return rows;
}

}  // namespace loop
