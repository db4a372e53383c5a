// SPDX-License-Identifier: MIT
// Ending every process of a launch.
#include <algorithm>
#include <csignal>
#include <cstdint>
#include <set>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "loop/engine/runner.h"

namespace loop {

namespace {

// Only a process stuck in the kernel survives SIGKILL for longer.
constexpr Duration kKillLimit = std::chrono::seconds{30};
constexpr Duration kStepMin{5};
constexpr Duration kStepMax{100};

class TreeEnder {
 public:
  TreeEnder(ProcessLauncher& processes, Clock& clock, const ProcessIdentity& root,
            const std::string& marker)
      : processes_(processes), clock_(clock), root_(root), marker_(marker) {}

  // Whether the tree is gone. `act` is called with what is alive, again and again.
  template <class Act>
  bool repeat(Duration limit, const Act& act) {
    const Duration begin = clock_.monotonic();
    Duration step = kStepMin;
    for (;;) {
      alive_ = processes_.tree(root_, marker_);
      if (alive_.empty()) return true;
      for (const ProcessIdentity& process : alive_) act(process);
      const Duration left = limit - (clock_.monotonic() - begin);
      if (left <= Duration{0}) return false;
      clock_.sleep(std::min(step, left));
      step = std::min(2 * step, kStepMax);
    }
  }

  void ask(const ProcessIdentity& process) {
    if (!asked_.emplace(process.pid, process.start_ticks).second) return;
    signal(process, SIGTERM);
    signal(process, SIGCONT);  // a stopped process would never see it
  }

  // Errors are no news here: the process has ended meanwhile, or the next look finds it again.
  void signal(const ProcessIdentity& process, int number) {
    [[maybe_unused]] const Status sent = processes_.signal(process, number);
  }

  const std::vector<ProcessIdentity>& alive() const { return alive_; }

 private:
  ProcessLauncher& processes_;
  Clock& clock_;
  const ProcessIdentity& root_;
  const std::string& marker_;
  std::vector<ProcessIdentity> alive_;
  std::set<std::pair<int, std::uint64_t>> asked_;
};

}  // namespace

Status end_process_tree(ProcessLauncher& processes, Clock& clock, const ProcessIdentity& root,
                        const std::string& marker, Duration grace) {
  TreeEnder ender(processes, clock, root, marker);
  if (ender.repeat(grace, [&](const ProcessIdentity& process) { ender.ask(process); })) return {};
  // In rounds, as a process may start another between the look and the signal.
  const auto kill = [&](const ProcessIdentity& process) { ender.signal(process, SIGKILL); };
  if (ender.repeat(kKillLimit, kill)) return {};

  std::vector<int> pids;
  for (const ProcessIdentity& process : ender.alive()) pids.push_back(process.pid);
  return Error(Errc::timed_out,
               fmt::format("{} s after SIGKILL these processes are still alive: {}",
                           kKillLimit.count() / 1000, fmt::join(pids, ", ")));
}

}  // namespace loop
