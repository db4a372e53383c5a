// SPDX-License-Identifier: MIT
// Threads of the standard library, joined before the call ends.
#include "loop/base/spare_threads.h"

#include <algorithm>
#include <exception>
#include <future>
#include <system_error>
#include <vector>

#include <sched.h>

namespace loop {

namespace {

// Several calls may be at work at once.
constexpr int kThreadsMax = 8;

// std::thread::hardware_concurrency counts those, too, on which this process must not run.
int processor_count() {
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return 1;
  return CPU_COUNT(&allowed);
}

std::future<void> start(const std::function<void()>& work) {
  return std::async(std::launch::async, work);
}

}  // namespace

SystemSpareThreads::SystemSpareThreads(std::optional<std::size_t> count)
    : count_(count.value_or(
          static_cast<std::size_t>(std::clamp(processor_count(), 1, kThreadsMax) - 1))) {}

void SystemSpareThreads::run(const std::function<void()>& help, const std::function<void()>& own) {
  std::vector<std::future<void>> helpers;
  try {
    while (helpers.size() < count_) helpers.push_back(start(help));
  } catch (const std::system_error&) {
    // The limit of threads: those that are here have to do.
  }
  auto mine = std::async(std::launch::deferred, own);
  mine.wait();
  for (const std::future<void>& helper : helpers) helper.wait();
  mine.get();
  for (std::future<void>& helper : helpers) helper.get();
}

}  // namespace loop
