// SPDX-License-Identifier: MIT
// Children of this process: held at a gate or started at once, and what the parent sees of them.
#include "process_held.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstddef>

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include "process_cgroup.hpp"
#include "process_table.hpp"

namespace loop {

namespace {

constexpr int kNeverRan = 127;
constexpr int kGate = 3;  // the child's numbers of its two pipes
constexpr int kProblem = 4;
constexpr int kRuleset = 5;
constexpr int kDirectRuleset = 3;  // of a child without pipes
// Marks the errno of a confinement that could not be put in force.
constexpr int kConfining = 1 << 16;

// ---- In the child: system calls only. The parent may have had threads that held locks. ----

void close_from(unsigned first) {
  if (syscall(SYS_close_range, first, ~0U, 0U) == 0) return;
  rlimit limit{};  // before Linux 5.9, or a container that refuses the call
  getrlimit(RLIMIT_NOFILE, &limit);
  const unsigned last = static_cast<unsigned>(std::min<rlim_t>(limit.rlim_cur, 1U << 20));
  for (unsigned fd = first; fd < last; ++fd) close(static_cast<int>(fd));
}

// By the bare call: what the library or a sanitizer notes of a handler is the parent's, too, where
// its memory is shared. All zero is SIG_DFL with no flags, however a kernel orders the members.
void reset_signals() {
  constexpr std::array<unsigned long, 8> kDefault{};
  for (int number = 1; number < NSIG; ++number) {
    syscall(SYS_rt_sigaction, number, kDefault.data(), nullptr, std::size_t{(NSIG - 1) / 8});
  }
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

// A group of its own, and an end with its parent's.
void join_group(pid_t parent) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != parent) _exit(kNeverRan);  // it died before the line above
}

void place(const StandardFiles& files) {
  dup2(files.in.get(), 0);
  dup2(files.out.get(), 1);
  dup2(files.error.get(), 2);
}

bool wait_at_gate() {
  char byte = 0;
  ssize_t got = 0;
  do {
    got = read(kGate, &byte, 1);
  } while (got < 0 && errno == EINTR);
  return got == 1;
}

[[noreturn]] void report_and_exit(int cause) {
  [[maybe_unused]] const ssize_t written = write(kProblem, &cause, sizeof cause);
  _exit(kNeverRan);
}

[[noreturn]] void run_child(const ProcessImage& image, const StandardFiles& files, int gate,
                            int problem, pid_t parent) {
  reset_signals();
  join_group(parent);
  place(files);
  dup3(gate, kGate, O_CLOEXEC);
  dup3(problem, kProblem, O_CLOEXEC);
  const int ruleset = dup3(image.confinement().ruleset(), kRuleset, O_CLOEXEC);
  // Also the parent's end of the gate, or its death would not show.
  close_from(ruleset == kRuleset ? kRuleset + 1 : kRuleset);

  if (!wait_at_gate()) _exit(kNeverRan);
  if (chdir(image.spec().directory.c_str()) != 0) report_and_exit(errno);
  if (const int cause = image.confinement().enforce(ruleset); cause != 0) {
    report_and_exit(cause | kConfining);
  }
  execve(image.program().c_str(), image.argv(), image.environment());
  report_and_exit(errno);
}

struct DirectStart {
  const ProcessImage& image;
  const StandardFiles& files;
  pid_t parent;
  int cause = 0;  // why it could not exec; the memory is the parent's
};

int run_direct_child(void* argument) {
  auto& start = *static_cast<DirectStart*>(argument);
  reset_signals();
  join_group(start.parent);
  place(start.files);
  const ProcessConfinement& confinement = start.image.confinement();
  const int ruleset = dup3(confinement.ruleset(), kDirectRuleset, O_CLOEXEC);
  close_from(ruleset == kDirectRuleset ? kDirectRuleset + 1 : kDirectRuleset);
  if (chdir(start.image.spec().directory.c_str()) == 0) {
    if (const int cause = confinement.enforce(ruleset); cause != 0) {
      start.cause = cause | kConfining;
      _exit(kNeverRan);
    }
    execve(start.image.program().c_str(), start.image.argv(), start.image.environment());
  }
  start.cause = errno;
  _exit(kNeverRan);
}

// ---- In the parent. ----

Error start_error(const LaunchSpec& spec, const std::string& program, int cause) {
  if ((cause & kConfining) == 0) return launch_error(spec, program, cause);
  return Error::from_errno(
      cause & ~kConfining,
      fmt::format("start \"{}\": put its sandbox and limits in force", spec.argv[0]));
}

ExitStatus to_exit_status(int status) {
  if (WIFSIGNALED(status)) return {true, WTERMSIG(status)};
  return {false, WEXITSTATUS(status)};
}

class HeldChild final : public ChildProcess {
 public:
  HeldChild(ProcessIdentity identity, LaunchSpec spec, std::string program, FileDescriptor gate,
            FileDescriptor problem, std::shared_ptr<ProcessReaper> reaper, std::string group = {})
      : identity_(std::move(identity)),
        group_(std::move(group)),
        spec_(std::move(spec)),
        program_(std::move(program)),
        gate_(std::move(gate)),
        problem_(std::move(problem)),
        reaper_(std::move(reaper)),
        pidfd_(static_cast<int>(syscall(SYS_pidfd_open, identity_.pid, 0U))) {}

  ~HeldChild() override {
    if (exit_) return;
    const bool was_held = gate_.is_open();
    gate_.close();
    if (was_held) {
      reap_now();
    } else {
      reaper_->add(identity_.pid);
    }
  }

  const ProcessIdentity& identity() const override { return identity_; }
  std::string group() const override { return group_; }
  Status release() override;
  std::optional<ExitStatus> poll() override;
  std::optional<ExitStatus> wait(Duration limit) override;

 private:
  void reap_now();
  void wait_without_pidfd(Duration limit);

  ProcessIdentity identity_;
  std::string group_;
  LaunchSpec spec_;
  std::string program_;
  FileDescriptor gate_;
  FileDescriptor problem_;
  std::shared_ptr<ProcessReaper> reaper_;
  FileDescriptor pidfd_;
  std::optional<ExitStatus> exit_;
};

void HeldChild::reap_now() {
  int status = 0;
  pid_t waited = 0;
  do {
    waited = waitpid(identity_.pid, &status, 0);
  } while (waited < 0 && errno == EINTR);
  exit_ = waited == identity_.pid ? to_exit_status(status) : ExitStatus{false, -1};
}

Status HeldChild::release() {
  if (!gate_.is_open()) return Error(Errc::conflict, "release: the child was released before");
  const char go = 1;
  const ssize_t sent = send(gate_.get(), &go, 1, MSG_NOSIGNAL);
  const int send_cause = sent == 1 ? 0 : errno;
  gate_.close();

  int cause = 0;
  ssize_t got = 0;
  do {
    got = read(problem_.get(), &cause, sizeof cause);  // ends when exec closes the other side
  } while (got < 0 && errno == EINTR);
  problem_.close();
  if (got == static_cast<ssize_t>(sizeof cause)) {
    reap_now();
    return start_error(spec_, program_, cause);
  }
  if (send_cause != 0) {
    reap_now();
    return Error(Errc::cancelled,
                 fmt::format("start \"{}\": the child was ended ({}) before it ran", spec_.argv[0],
                             to_string(*exit_)));
  }
  return {};
}

std::optional<ExitStatus> HeldChild::poll() {
  if (exit_) return exit_;
  int status = 0;
  const pid_t waited = waitpid(identity_.pid, &status, WNOHANG);
  if (waited == identity_.pid) exit_ = to_exit_status(status);
  if (waited < 0 && errno == ECHILD) exit_ = ExitStatus{false, -1};
  return exit_;
}

std::optional<ExitStatus> HeldChild::wait(Duration limit) {
  if (poll() || limit.count() <= 0) return exit_;
  if (!pidfd_.is_open()) {
    wait_without_pidfd(limit);
    return poll();
  }
  pollfd watched{pidfd_.get(), POLLIN, 0};
  constexpr Duration::rep kPollMax = 24 * 3600 * 1000;
  ::poll(&watched, 1, static_cast<int>(std::min(limit.count(), kPollMax)));  // EINTR ends it too
  return poll();
}

void HeldChild::wait_without_pidfd(Duration limit) {
  constexpr int kStepMs = 20;
  for (Duration::rep waited = 0; waited < limit.count(); waited += kStepMs) {
    if (poll()) return;
    if (::poll(nullptr, 0, kStepMs) < 0) return;
  }
}

struct Pipes {
  FileDescriptor gate_parent, gate_child, problem_parent, problem_child;
};

Result<FileDescriptor> raise(int fd) {
  const FileDescriptor low(fd);
  FileDescriptor raised(fcntl(low.get(), F_DUPFD_CLOEXEC, kFirstFreeDescriptor));
  if (!raised.is_open()) return Error::from_errno(errno, "dup a pipe of the child");
  return raised;
}

Result<Pipes> make_pipes() {
  int gate[2] = {-1, -1};
  int problem[2] = {-1, -1};
  // A socket, because writing to it can be told not to raise SIGPIPE.
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, gate) != 0) {
    return Error::from_errno(errno, "make the gate of a child");
  }
  Pipes pipes;
  pipes.gate_parent = FileDescriptor(gate[0]);
  pipes.gate_child = FileDescriptor(gate[1]);
  if (pipe2(problem, O_CLOEXEC) != 0) return Error::from_errno(errno, "make a pipe");
  pipes.problem_parent = FileDescriptor(problem[0]);
  pipes.problem_child = FileDescriptor(problem[1]);
  LOOP_TRY(pipes.gate_child, raise(fcntl(pipes.gate_child.get(), F_DUPFD_CLOEXEC, 0)));
  LOOP_TRY(pipes.problem_child, raise(fcntl(pipes.problem_child.get(), F_DUPFD_CLOEXEC, 0)));
  return pipes;
}

// A handler of the parent must not run in the child.
class AllSignalsBlocked {
 public:
  AllSignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~AllSignalsBlocked() {
    const int cause = errno;
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    errno = cause;
  }
  AllSignalsBlocked(const AllSignalsBlocked&) = delete;
  AllSignalsBlocked& operator=(const AllSignalsBlocked&) = delete;

 private:
  sigset_t before_{};
};

pid_t fork_blocked(const ProcessImage& image, const StandardFiles& files, const Pipes& pipes) {
  const AllSignalsBlocked blocked;
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid == 0) {
    run_child(image, files, pipes.gate_child.get(), pipes.problem_child.get(), parent);
  }
  return pid;
}

// In the memory of the parent, which waits until the child has it no more: no page table is copied,
// so the price does not grow with the parent. Own stack, as the parent's is in use.
pid_t clone_blocked(DirectStart& start) {
  constexpr std::size_t kStackBytes = 64 * 1024;
  const auto stack = std::make_unique_for_overwrite<std::byte[]>(kStackBytes);
  auto top = reinterpret_cast<std::uintptr_t>(stack.get() + kStackBytes);
  top -= top % alignof(std::max_align_t);
  const AllSignalsBlocked blocked;
  return clone(run_direct_child, reinterpret_cast<void*>(top), CLONE_VM | CLONE_VFORK | SIGCHLD,
               &start);
}

ProcessIdentity identity_of(pid_t pid, const std::string& boot_id) {
  const auto row = process_table::read_row(pid);
  return {pid, row ? row->start_ticks : 0, boot_id};
}

}  // namespace

Result<std::unique_ptr<ChildProcess>> fork_held(const ProcessImage& image,
                                                const StandardFiles& files,
                                                std::shared_ptr<ProcessReaper> reaper,
                                                const std::string& boot_id) {
  LOOP_TRY(auto pipes, make_pipes());
  const pid_t pid = fork_blocked(image, files, pipes);
  if (pid < 0)
    return Error::from_errno(errno, fmt::format("fork for \"{}\"", image.spec().argv[0]));
  setpgid(pid, pid);  // as the child does: whichever comes first
  const std::string& name = image.spec().group;
  std::string group = name.empty() ? std::string{} : process_cgroup::hold(name, pid);
  return std::unique_ptr<ChildProcess>(std::make_unique<HeldChild>(
      identity_of(pid, boot_id), image.spec(), image.program(), std::move(pipes.gate_parent),
      std::move(pipes.problem_parent), std::move(reaper), std::move(group)));
}

Result<std::unique_ptr<ChildProcess>> start_child(const ProcessImage& image,
                                                  const StandardFiles& files,
                                                  std::shared_ptr<ProcessReaper> reaper,
                                                  const std::string& boot_id) {
  if (image.program().empty()) return launch_error(image.spec(), image.program(), ENOENT);
  DirectStart start{image, files, getpid()};
  const pid_t pid = clone_blocked(start);
  if (pid < 0) {
    return Error::from_errno(errno, fmt::format("start \"{}\"", image.spec().argv[0]));
  }
  if (start.cause != 0) {
    waitpid(pid, nullptr, 0);
    return start_error(image.spec(), image.program(), start.cause);
  }
  return std::unique_ptr<ChildProcess>(
      std::make_unique<HeldChild>(identity_of(pid, boot_id), image.spec(), image.program(),
                                  FileDescriptor(), FileDescriptor(), std::move(reaper)));
}

}  // namespace loop
