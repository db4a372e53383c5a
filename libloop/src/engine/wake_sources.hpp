// SPDX-License-Identifier: MIT
// What wakes the engine's shell: a wall-clock timer, file changes, and ends of processes.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "loop/base/process.h"
#include "loop/base/result.h"
#include "loop/base/time.h"

namespace loop {

enum class Wake {
  timer,        // the deadline, or the clock was set
  files,        // a watched file changed
  other_files,  // something else in its folder did: no reason to step
  process,      // a watched process ended
  tick,         // none of these within the limit
  interrupted,  // a signal reached this thread
};

// Linux only: timerfd on CLOCK_REALTIME with TFD_TIMER_CANCEL_ON_SET, inotify, pidfds. Not
// thread-safe. The descriptors are never inherited.
class WakeSources {
 public:
  struct WatchedFile {
    std::string folder;  // absolute
    std::string name;
  };
  // Watches the folders, not recursively, for these names: files are replaced by rename. Where
  // inotify is refused `has_file_events` is false and the caller polls.
  static Result<WakeSources> open(const std::vector<WatchedFile>& files);

  WakeSources(WakeSources&& other) noexcept;
  WakeSources& operator=(WakeSources&&) = delete;
  ~WakeSources();

  bool has_file_events() const { return inotify_fd_ >= 0; }

  // Replaces the set of watched processes; one that has ended already wakes at once.
  void watch(const std::vector<ProcessIdentity>& processes);

  // Waits for the first of the sources, at most `limit`.
  Result<Wake> wait(Instant deadline, Duration limit);

 private:
  WakeSources() = default;
  bool read_file_events();

  int timer_fd_ = -1;
  int inotify_fd_ = -1;
  std::vector<std::string> names_;
  std::map<int, int> pidfds_;  // by pid
};

}  // namespace loop
