// SPDX-License-Identifier: MIT
// posix_spawn with a session of its own and nothing inherited.
#include "process_detached.hpp"

#include <csignal>

#include <spawn.h>

namespace loop {

namespace {

class SpawnAttributes {
 public:
  SpawnAttributes() {
    posix_spawnattr_init(&attributes_);
    sigset_t signals;
    sigfillset(&signals);
    posix_spawnattr_setsigdefault(&attributes_, &signals);
    sigemptyset(&signals);
    posix_spawnattr_setsigmask(&attributes_, &signals);
    constexpr int kFlags = POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK;
    posix_spawnattr_setflags(&attributes_, static_cast<short>(kFlags));
  }
  ~SpawnAttributes() { posix_spawnattr_destroy(&attributes_); }
  SpawnAttributes(const SpawnAttributes&) = delete;
  SpawnAttributes& operator=(const SpawnAttributes&) = delete;
  const posix_spawnattr_t* get() const { return &attributes_; }

 private:
  posix_spawnattr_t attributes_{};
};

class SpawnActions {
 public:
  SpawnActions(const ProcessImage& image, const StandardFiles& files) {
    posix_spawn_file_actions_init(&actions_);
    keep(posix_spawn_file_actions_adddup2(&actions_, files.in.get(), 0));
    keep(posix_spawn_file_actions_adddup2(&actions_, files.out.get(), 1));
    keep(posix_spawn_file_actions_adddup2(&actions_, files.error.get(), 2));
    keep(posix_spawn_file_actions_addclosefrom_np(&actions_, 3));
    keep(posix_spawn_file_actions_addchdir_np(&actions_, image.spec().directory.c_str()));
  }
  ~SpawnActions() { posix_spawn_file_actions_destroy(&actions_); }
  SpawnActions(const SpawnActions&) = delete;
  SpawnActions& operator=(const SpawnActions&) = delete;
  const posix_spawn_file_actions_t* get() const { return &actions_; }
  int problem() const { return problem_; }

 private:
  void keep(int status) {
    if (problem_ == 0) problem_ = status;
  }
  posix_spawn_file_actions_t actions_{};
  int problem_ = 0;
};

}  // namespace

Result<int> spawn_detached(const ProcessImage& image, const StandardFiles& files) {
  if (image.program().empty()) return launch_error(image.spec(), image.program(), ENOENT);
  const SpawnAttributes attributes;
  const SpawnActions actions(image, files);
  if (actions.problem() != 0) return launch_error(image.spec(), image.program(), actions.problem());

  pid_t pid = 0;
  const int problem = posix_spawn(&pid, image.program().c_str(), actions.get(), attributes.get(),
                                  image.argv(), image.environment());
  if (problem != 0) return launch_error(image.spec(), image.program(), problem);
  return pid;
}

}  // namespace loop
