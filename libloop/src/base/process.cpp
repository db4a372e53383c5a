// SPDX-License-Identifier: MIT
// The Linux launcher: processes started, found again and signalled beyond doubt.
#include "loop/base/process.h"

#include <algorithm>
#include <csignal>
#include <cstring>
#include <mutex>
#include <set>
#include <utility>

#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include "process_cgroup.hpp"
#include "process_confinement.hpp"
#include "process_detached.hpp"
#include "process_held.hpp"
#include "process_image.hpp"
#include "process_table.hpp"

namespace loop {

namespace {

using process_table::ProcessRow;

std::string signal_name(int number) {
  const char* name = sigabbrev_np(number);
  return name == nullptr ? std::string("unknown") : fmt::format("SIG{}", name);
}

class PosixProcessLauncher final : public ProcessLauncher {
 public:
  Result<ProcessIdentity> launch_detached(const LaunchSpec& spec) override;
  Result<std::unique_ptr<ChildProcess>> launch_held(const LaunchSpec& spec) override;
  Result<std::unique_ptr<ChildProcess>> launch(const LaunchSpec& spec) override;
  std::string find_program(const std::string& name,
                           const std::vector<std::string>& environment) override;
  Result<MachineMemory> memory() override;
  ConfinementSupport confinement_support() override { return loop::confinement_support(); }
  ProcessIdentity self() override;
  bool is_alive(const ProcessIdentity& process) override;
  Status signal(const ProcessIdentity& process, int signal_number) override;
  std::vector<ProcessIdentity> tree(const ProcessIdentity& root,
                                    const std::string& marker) override;
  std::vector<ProcessIdentity> group_members(const std::string& group,
                                             const std::string& marker) override;
  Status kill_group(const std::string& group) override;
  void remove_group(const std::string& group) override { process_cgroup::remove(group); }
  void adopt_orphans() override;

 private:
  void note_own_child(const ProcessIdentity& child);
  bool is_row_of(const ProcessIdentity& process, const ProcessRow& row) const;
  std::vector<ProcessRow> rows_since(const ProcessIdentity& root) const;
  std::vector<ProcessRow> adopted(const std::vector<ProcessRow>& rows) const;

  const std::string boot_id_ = process_table::read_boot_id();
  const std::shared_ptr<ProcessReaper> reaper_ = std::make_shared<ProcessReaper>();
  mutable std::mutex mutex_;  // guards the two below
  bool adopts_ = false;
  std::set<std::pair<int, std::uint64_t>>
      not_adopted_;  // children by other means: pid, start ticks
};

Result<ProcessIdentity> PosixProcessLauncher::launch_detached(const LaunchSpec& spec) {
  reaper_->reap();
  if (spec.confinement || spec.limits != ResourceLimits{}) {
    return Error(Errc::invalid_argument, "launch: a detached process is not confined");
  }
  LOOP_TRY(const auto image, ProcessImage::prepare(spec));
  LOOP_TRY(const auto files, StandardFiles::open(spec));
  LOOP_TRY(const int pid, spawn_detached(image, files));

  // Not reaped yet, so the row is there even when it has ended, unless the embedding program
  // ignores SIGCHLD: then 0 ticks, which is never alive.
  const auto row = process_table::read_row(pid);
  const ProcessIdentity identity{pid, row ? row->start_ticks : 0, boot_id_};
  note_own_child(identity);
  reaper_->add(pid);
  return identity;
}

Result<std::unique_ptr<ChildProcess>> PosixProcessLauncher::launch_held(const LaunchSpec& spec) {
  reaper_->reap();
  LOOP_TRY(const auto image, ProcessImage::prepare(spec));
  LOOP_TRY(const auto files, StandardFiles::open(spec));
  LOOP_TRY(auto child, fork_held(image, files, reaper_, boot_id_));
  note_own_child(child->identity());
  return child;
}

Result<std::unique_ptr<ChildProcess>> PosixProcessLauncher::launch(const LaunchSpec& spec) {
  reaper_->reap();
  LOOP_TRY(const auto image, ProcessImage::prepare(spec));
  LOOP_TRY(const auto files, StandardFiles::open(spec));
  LOOP_TRY(auto child, start_child(image, files, reaper_, boot_id_));
  note_own_child(child->identity());
  return child;
}

void PosixProcessLauncher::note_own_child(const ProcessIdentity& child) {
  const std::lock_guard lock(mutex_);
  if (adopts_) not_adopted_.emplace(child.pid, child.start_ticks);
}

std::string PosixProcessLauncher::find_program(const std::string& name,
                                               const std::vector<std::string>& environment) {
  const std::string found = loop::find_program(name, environment);
  return is_program(found) ? found : std::string{};
}

Result<MachineMemory> PosixProcessLauncher::memory() { return process_table::read_memory(); }

ProcessIdentity PosixProcessLauncher::self() {
  const auto row = process_table::read_row(getpid());
  return {getpid(), row ? row->start_ticks : 0, boot_id_};
}

bool PosixProcessLauncher::is_row_of(const ProcessIdentity& process, const ProcessRow& row) const {
  if (process.boot_id != boot_id_) return false;
  return row.pid == process.pid && row.start_ticks == process.start_ticks;
}

bool PosixProcessLauncher::is_alive(const ProcessIdentity& process) {
  reaper_->reap();
  if (process.pid <= 0) return false;
  const auto row = process_table::read_row(process.pid);
  return row && row->is_live() && is_row_of(process, *row);
}

Status PosixProcessLauncher::signal(const ProcessIdentity& process, int signal_number) {
  const auto ended = [&] {
    return Error(Errc::not_found, fmt::format("signal process {}: it has ended", process.pid));
  };
  if (process.pid <= 0) return ended();
  // The descriptor first: from then on the pid cannot become another process behind our back.
  const FileDescriptor pidfd(static_cast<int>(syscall(SYS_pidfd_open, process.pid, 0U)));
  const int open_cause = errno;
  if (!pidfd.is_open() && open_cause == ESRCH) return ended();
  if (!is_alive(process)) return ended();

  // A container that refuses pidfd_open leaves a window of microseconds, better than no signal.
  const long sent = pidfd.is_open()
                        ? syscall(SYS_pidfd_send_signal, pidfd.get(), signal_number, nullptr, 0U)
                        : kill(process.pid, signal_number);
  if (sent == 0) return {};
  if (errno == ESRCH) return ended();
  return Error::from_errno(errno, fmt::format("signal process {}", process.pid));
}

// Children that came to this process because their own parent died. Reaps those that have ended.
std::vector<ProcessRow> PosixProcessLauncher::adopted(const std::vector<ProcessRow>& rows) const {
  const std::lock_guard lock(mutex_);
  std::vector<ProcessRow> found;
  if (!adopts_) return found;
  for (const ProcessRow& row : rows) {
    if (row.parent != getpid() || not_adopted_.count({row.pid, row.start_ticks}) > 0) continue;
    if (row.is_live()) {
      found.push_back(row);
    } else {
      waitpid(row.pid, nullptr, WNOHANG);
    }
  }
  return found;
}

// All that may belong to the tree of `root`: what it started has a later pid.
std::vector<ProcessRow> PosixProcessLauncher::rows_since(const ProcessIdentity& root) const {
  const bool adopts = [&] {
    const std::lock_guard lock(mutex_);
    return adopts_;
  }();
  // What was adopted may be older than this root.
  if (adopts || root.pid <= 0 || root.boot_id != boot_id_) return process_table::read_all();
  const auto rows = process_table::read_since(root.pid, root.start_ticks);
  return rows ? *rows : process_table::read_all();
}

std::vector<ProcessIdentity> PosixProcessLauncher::tree(const ProcessIdentity& root,
                                                        const std::string& marker) {
  reaper_->reap();
  const std::size_t equals = marker.find('=');
  const std::string name = marker.substr(0, equals);
  std::vector<ProcessRow> rows;
  std::vector<int> roots;
  process_table::Patience patience;
  for (const ProcessRow& row : rows_since(root)) {
    const auto value = process_table::environment_value(row.pid, name, patience);
    const bool is_self = row.pid == getpid();
    const bool is_root = is_row_of(root, row);
    const bool is_marked = value && fmt::format("{}={}", name, *value) == marker;
    if (value && !is_marked && !is_self && !is_root) continue;
    rows.push_back(row);
    if ((is_marked && !is_self) || is_root) roots.push_back(row.pid);
  }
  for (const ProcessRow& row : adopted(rows)) roots.push_back(row.pid);

  std::vector<ProcessIdentity> found;
  for (const ProcessRow& row : process_table::descendants(rows, roots)) {
    if (row.pid != getpid()) found.push_back({row.pid, row.start_ticks, boot_id_});
  }
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.pid < b.pid; });
  return found;
}

std::vector<ProcessIdentity> PosixProcessLauncher::group_members(const std::string& group,
                                                                 const std::string& marker) {
  const std::size_t equals = marker.find('=');
  std::vector<ProcessIdentity> found;
  process_table::Patience patience;
  for (const int pid : process_cgroup::members(group)) {
    const auto row = process_table::read_row(pid);
    if (pid == getpid() || !row || !row->is_live()) continue;
    const auto value = process_table::environment_value(pid, marker.substr(0, equals), patience);
    if (value && *value != marker.substr(equals + 1)) return {};
    found.push_back({pid, row->start_ticks, boot_id_});
  }
  return found;
}

Status PosixProcessLauncher::kill_group(const std::string& group) {
  if (process_cgroup::kill_all(group)) return {};
  return Error::from_errno(errno, fmt::format("kill control group {}", group));
}

void PosixProcessLauncher::adopt_orphans() {
  const std::lock_guard lock(mutex_);
  // A runner that begins has none, and need not look at every process of the machine for them.
  siginfo_t child{};
  constexpr int kAny = WEXITED | WNOHANG | WNOWAIT | __WALL;
  const bool has_none = waitid(P_ALL, 0, &child, kAny) != 0 && errno == ECHILD;
  const auto rows = has_none ? std::vector<ProcessRow>{} : process_table::read_all();
  for (const ProcessRow& row : rows) {
    if (row.parent == getpid()) not_adopted_.emplace(row.pid, row.start_ticks);
  }
  adopts_ = prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0;
}

}  // namespace

std::string to_string(const ExitStatus& status) {
  if (status.signalled) return fmt::format("signal {} ({})", status.code, signal_name(status.code));
  if (status.code < 0) return "exit code unknown";
  return fmt::format("exit code {}", status.code);
}

std::unique_ptr<ProcessLauncher> make_posix_process_launcher() {
  return std::make_unique<PosixProcessLauncher>();
}

}  // namespace loop
