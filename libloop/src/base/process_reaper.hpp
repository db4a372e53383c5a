// SPDX-License-Identifier: MIT
// Children that nobody waits for any more: reaped one by one, so that no zombie stays.
#pragma once

#include <mutex>
#include <vector>

namespace loop {

// Waits for its own pids only and installs no handler: the embedding program's children and its
// SIGCHLD stay its own. Thread-safe.
class ProcessReaper {
 public:
  void add(int pid);
  void reap();

 private:
  std::mutex mutex_;
  std::vector<int> pids_;
};

}  // namespace loop
