// SPDX-License-Identifier: MIT
// Waiting on timerfd, inotify and pidfds.
#include "engine/wake_sources.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <poll.h>
#include <sys/inotify.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

namespace loop {

namespace {

constexpr std::uint32_t kWatched =
    IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE;

void close_if_open(int fd) {
  if (fd >= 0) ::close(fd);
}

}  // namespace

Result<WakeSources> WakeSources::open(const std::vector<WatchedFile>& files) {
  WakeSources sources;
  sources.timer_fd_ = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
  if (sources.timer_fd_ < 0) return Error::from_errno(errno, "timerfd_create");
  sources.inotify_fd_ = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
  for (const WatchedFile& file : files) {
    if (sources.inotify_fd_ < 0) break;
    sources.names_.push_back(file.name);
    const int watch = inotify_add_watch(sources.inotify_fd_, file.folder.c_str(), kWatched);
    if (watch >= 0 || errno == ENOENT) continue;
    close_if_open(
        std::exchange(sources.inotify_fd_, -1));  // ENOSPC: too many watches; poll instead
  }
  return sources;
}

WakeSources::WakeSources(WakeSources&& other) noexcept
    : timer_fd_(std::exchange(other.timer_fd_, -1)),
      inotify_fd_(std::exchange(other.inotify_fd_, -1)),
      names_(std::move(other.names_)),
      pidfds_(std::exchange(other.pidfds_, {})) {}

WakeSources::~WakeSources() {
  close_if_open(timer_fd_);
  close_if_open(inotify_fd_);
  for (const auto& [pid, fd] : pidfds_) close_if_open(fd);
}

void WakeSources::watch(const std::vector<ProcessIdentity>& processes) {
  std::map<int, int> kept;
  for (const ProcessIdentity& process : processes) {
    if (const auto known = pidfds_.find(process.pid); known != pidfds_.end()) {
      kept.insert(pidfds_.extract(known));
      continue;
    }
    const int fd = static_cast<int>(syscall(SYS_pidfd_open, process.pid, 0));
    if (fd >= 0) kept.emplace(process.pid, fd);  // else: ended, and the poll interval finds out
  }
  for (const auto& [pid, fd] : pidfds_) close_if_open(fd);
  pidfds_ = std::move(kept);
}

Result<Wake> WakeSources::wait(Instant deadline, Duration limit) {
  itimerspec when{};
  const auto since_1970 = std::max(deadline.time_since_epoch(), Duration{1});
  when.it_value.tv_sec = since_1970.count() / 1000;
  when.it_value.tv_nsec = (since_1970.count() % 1000) * 1'000'000;
  if (timerfd_settime(timer_fd_, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &when, nullptr) !=
      0) {
    return Error::from_errno(errno, "timerfd_settime");
  }
  std::vector<pollfd> polled{{timer_fd_, POLLIN, 0}, {inotify_fd_, POLLIN, 0}};
  for (const auto& [pid, fd] : pidfds_) polled.push_back({fd, POLLIN, 0});

  const int ready = ::poll(polled.data(), polled.size(), static_cast<int>(limit.count()));
  if (ready < 0 && errno == EINTR) return Wake::interrupted;
  if (ready < 0) return Error::from_errno(errno, "poll");
  if (ready == 0) return Wake::tick;
  const bool is_watched_file = polled[1].revents != 0 && read_file_events();
  for (std::size_t index = 2; index < polled.size(); ++index) {
    if (polled[index].revents == 0) continue;
    // Once seen it would be ready for ever.
    const auto ended = std::find_if(pidfds_.begin(), pidfds_.end(), [&](const auto& known) {
      return known.second == polled[index].fd;
    });
    close_if_open(ended->second);
    pidfds_.erase(ended);
    return Wake::process;
  }
  if (polled[0].revents != 0) return Wake::timer;
  return is_watched_file ? Wake::files : Wake::other_files;
}

// Whether one of the watched names is among the pending events, or some were lost.
bool WakeSources::read_file_events() {
  alignas(inotify_event) std::array<char, 16384> buffer{};
  bool found = false;
  for (;;) {
    const ssize_t got = ::read(inotify_fd_, buffer.data(), buffer.size());
    if (got <= 0) return found;
    for (std::size_t at = 0; at < static_cast<std::size_t>(got);) {
      inotify_event event{};
      std::memcpy(&event, buffer.data() + at, sizeof event);
      const char* name = buffer.data() + at + sizeof event;
      const bool is_named =
          event.len > 0 && std::find(names_.begin(), names_.end(), name) != names_.end();
      if (is_named || (event.mask & (IN_Q_OVERFLOW | IN_IGNORED)) != 0) found = true;
      at += sizeof event + event.len;
    }
  }
}

}  // namespace loop
