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
            const std::string& marker, const std::string& group)
      : processes_(processes), clock_(clock), root_(root), marker_(marker), group_(group) {}

  // Whether the tree is gone. `act` is called with what is alive, again and again.
  template <class Act>
  bool repeat(Duration limit, const Act& act) {
    const Duration begin = clock_.monotonic();
    Duration step = kStepMin;
    for (;;) {
      look();
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

  // A group leaves nothing out, but an older kernel cannot kill it: the signals follow anyway.
  void kill_group() {
    if (!has_group_) return;
    [[maybe_unused]] const Status killed = processes_.kill_group(group_);
  }

  // Errors are no news here: the process has ended meanwhile, or the next look finds it again.
  void signal(const ProcessIdentity& process, int number) {
    [[maybe_unused]] const Status sent = processes_.signal(process, number);
  }

  const std::vector<ProcessIdentity>& alive() const { return alive_; }

 private:
  void look() {
    alive_ = processes_.tree(root_, marker_);
    if (group_.empty()) return;
    const auto members = processes_.group_members(group_, marker_);
    has_group_ = !members.empty();
    for (const ProcessIdentity& member : members) {
      if (std::find(alive_.begin(), alive_.end(), member) == alive_.end()) alive_.push_back(member);
    }
  }

  ProcessLauncher& processes_;
  Clock& clock_;
  const ProcessIdentity& root_;
  const std::string& marker_;
  const std::string& group_;
  bool has_group_ = false;
  std::vector<ProcessIdentity> alive_;
  std::set<std::pair<int, std::uint64_t>> asked_;
};

}  // namespace

Status end_process_tree(ProcessLauncher& processes, Clock& clock, const ProcessIdentity& root,
                        const std::string& marker, Duration grace, const std::string& group) {
  TreeEnder ender(processes, clock, root, marker, group);
  if (ender.repeat(grace, [&](const ProcessIdentity& process) { ender.ask(process); })) return {};
  // In rounds, as a process may start another between the look and the signal.
  const auto kill = [&](const ProcessIdentity& process) {
    ender.kill_group();
    ender.signal(process, SIGKILL);
  };
  if (ender.repeat(kKillLimit, kill)) return {};

  std::vector<int> pids;
  for (const ProcessIdentity& process : ender.alive()) pids.push_back(process.pid);
  return Error(Errc::timed_out,
               fmt::format("{} s after SIGKILL these processes are still alive: {}",
                           kKillLimit.count() / 1000, fmt::join(pids, ", ")));
}

}  // namespace loop
