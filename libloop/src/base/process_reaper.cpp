// SPDX-License-Identifier: MIT
// Reaping without SIGCHLD.
#include "process_reaper.hpp"

#include <cerrno>

#include <sys/wait.h>

namespace loop {

namespace {

bool is_gone(int pid) {
  const pid_t waited = waitpid(pid, nullptr, WNOHANG);
  if (waited < 0) return errno != EINTR;  // ECHILD: the embedding program reaped it
  return waited == pid;
}

}  // namespace

void ProcessReaper::add(int pid) {
  const std::lock_guard lock(mutex_);
  pids_.push_back(pid);
}

void ProcessReaper::reap() {
  const std::lock_guard lock(mutex_);
  std::erase_if(pids_, is_gone);
}

}  // namespace loop
