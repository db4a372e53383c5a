// SPDX-License-Identifier: MIT
// The seam for processes: starting, holding, watching and ending them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "loop/base/confinement.h"
#include "loop/base/result.h"
#include "loop/base/time.h"

namespace loop {

// A process beyond doubt: a pid alone is reused, also over a reboot.
struct ProcessIdentity {
  int pid = 0;
  std::uint64_t start_ticks = 0;  // field 22 of /proc/<pid>/stat: clock ticks since boot
  std::string boot_id;            // /proc/sys/kernel/random/boot_id

  friend bool operator==(const ProcessIdentity&, const ProcessIdentity&) = default;
};

struct ExitStatus {
  bool signalled = false;
  int code =
      0;  // the exit code, or the number of the signal; -1 when someone else reaped the child

  bool ok() const noexcept { return !signalled && code == 0; }
};

// "exit code 3", "signal 9 (SIGKILL)".
std::string to_string(const ExitStatus& status);

struct LaunchSpec {
  // argv[0] without a slash is looked up in the absolute directories of PATH in `environment` (an
  // empty or relative entry would find programs in the workspace). Never through a shell.
  std::vector<std::string> argv;
  std::vector<std::string> environment;  // "NAME=value", the whole environment of the child
  std::string directory;                 // absolute
  // Absolute paths; empty is /dev/null. stdout and stderr are opened for appending, mode 0600.
  std::string stdin_path;
  std::string stdout_path;
  std::string stderr_path;
  // Of held and direct launches only; a detached one takes neither (invalid_argument).
  ResourceLimits limits{};
  std::optional<Confinement> confinement{};
  // Of held launches only: a name for a control group of its own, unique on the machine; empty:
  // none is wanted. Where there can be none, the child is started without.
  std::string group{};
};

// Main memory of the machine.
struct MachineMemory {
  std::uint64_t total_bytes = 0;
  std::uint64_t available_bytes = 0;  // without swapping
};

// A child of this process. Destroying it does not end it once it was released; a child that is
// still held ends without having run anything.
class ChildProcess {
 public:
  virtual ~ChildProcess() = default;
  virtual const ProcessIdentity& identity() const = 0;

  // The path of its control group; empty: it has none.
  virtual std::string group() const { return {}; }

  // Lets a held child go on to exec. Fails with the child's exec error (not_found when the program
  // does not exist), in which case the child is gone and reaped.
  virtual Status release() = 0;

  // The exit status once the child has ended (it is reaped then), nothing before. Never blocks.
  virtual std::optional<ExitStatus> poll() = 0;

  // Waits at most `limit` for the end, or until a signal reaches this process.
  virtual std::optional<ExitStatus> wait(Duration limit) = 0;
};

class ProcessLauncher {
 public:
  virtual ~ProcessLauncher() = default;

  // Starts a process in a session of its own which outlives this one; nothing is inherited but the
  // three standard descriptors. The launcher reaps it if it ends while this process lives.
  virtual Result<ProcessIdentity> launch_detached(const LaunchSpec& spec) = 0;

  // Starts a child that waits before its exec until `release()`: so its identity can be made
  // durable first. If this process dies before, the child exits without having run anything. The
  // child leads a process group of its own and gets SIGTERM when the calling thread dies: call it
  // from one that lives as long as the process.
  virtual Result<std::unique_ptr<ChildProcess>> launch_held(const LaunchSpec& spec) = 0;

  // The same without the gate, for whoever needs no identity before the exec: an error of the exec
  // is the answer, and `release` is none of its business any more (conflict).
  virtual Result<std::unique_ptr<ChildProcess>> launch(const LaunchSpec& spec) {
    LOOP_TRY(auto child, launch_held(spec));
    LOOP_TRY_VOID(child->release());
    return child;
  }

  // The file that a launch of `name` would start: found in PATH of `environment`, or the absolute
  // path itself. Empty when there is no such program.
  virtual std::string find_program(const std::string& name,
                                   const std::vector<std::string>& environment) = 0;

  virtual Result<MachineMemory> memory() = 0;

  virtual ConfinementSupport confinement_support() { return {}; }

  virtual ProcessIdentity self() = 0;

  // False for a pid that was reused, and for a zombie.
  virtual bool is_alive(const ProcessIdentity& process) = 0;

  // Sends a signal to exactly this process (by pidfd). not_found when it has ended.
  virtual Status signal(const ProcessIdentity& process, int signal_number) = 0;

  // Every live process, other than this one, that descends from `root` (root included) or whose
  // environment holds `marker` ("LOOP_ATTEMPT=..."): also those that left the session and were
  // re-parented. A process that has another value of the marker's variable belongs to another tree,
  // and so does what descends from it.
  virtual std::vector<ProcessIdentity> tree(const ProcessIdentity& root,
                                            const std::string& marker) = 0;

  // The live processes in a control group, also those that left every tree. Nothing while one of
  // them belongs to another tree by the marker's variable: a run that was delegated from inside.
  virtual std::vector<ProcessIdentity> group_members(const std::string& /*group*/,
                                                     const std::string& /*marker*/) {
    return {};
  }

  // SIGKILL to all in it at once, also to what is being started.
  virtual Status kill_group(const std::string& group) {
    return Error(Errc::unsupported, "kill control group " + group);
  }

  // Once it is empty.
  virtual void remove_group(const std::string& /*group*/) {}

  // Makes this process the parent of every descendant whose own parent dies, so that `tree` finds
  // also those that left the session and cleared their environment, and reaps them. For a process
  // that does nothing but supervise: from now on each adopted child counts as part of any tree.
  virtual void adopt_orphans() {}
};

// Linux. Thread-safe.
std::unique_ptr<ProcessLauncher> make_posix_process_launcher();

}  // namespace loop
