// SPDX-License-Identifier: MIT
// posix_spawn with pipes.
#include "harness/child.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <utility>

extern char** environ;

namespace loop::bench {

namespace {

constexpr int kTermWaitMs = 2000;

Error failed(const std::string& what, int cause) {
  return Error(Errc::io, fmt::format("{}: {}", what, std::strerror(cause)), cause);
}

struct Pipe {
  int read = -1, write = -1;
};

Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return failed("pipe2", errno);
  return Pipe{ends[0], ends[1]};
}

void close_if_open(int& descriptor) {
  if (descriptor >= 0) ::close(descriptor);
  descriptor = -1;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (std::string& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

std::vector<std::string> environment_with(const std::vector<std::string>& more) {
  std::vector<std::string> all = more;  // the first of two of one name counts
  for (char** entry = environ; *entry != nullptr; ++entry) all.emplace_back(*entry);
  return all;
}

int exit_code(int status) {
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

// While it lives, this thread and what it starts run on one processor, the first one allowed.
class OneProcessor {
 public:
  OneProcessor() {
    if (::sched_getaffinity(0, sizeof allowed_, &allowed_) != 0) return;
    int first = 0;
    while (first < CPU_SETSIZE && !CPU_ISSET(first, &allowed_)) ++first;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(first, &one);
    is_bound_ = ::sched_setaffinity(0, sizeof one, &one) == 0;
  }
  ~OneProcessor() {
    if (is_bound_) ::sched_setaffinity(0, sizeof allowed_, &allowed_);
  }
  OneProcessor(const OneProcessor&) = delete;
  OneProcessor& operator=(const OneProcessor&) = delete;

 private:
  cpu_set_t allowed_{};
  bool is_bound_ = false;
};

bool has_ended_within(pid_t pid, int limit_ms) {
  for (int waited = 0; waited <= limit_ms; waited += 5) {
    if (::waitpid(pid, nullptr, WNOHANG) != 0) return true;
    ::poll(nullptr, 0, 5);
  }
  return false;
}

}  // namespace

Result<Child> Child::start(const ChildSpec& spec) {
  Pipe in, out;
  if (spec.has_pipes) {
    LOOP_TRY(in, make_pipe());
    LOOP_TRY(out, make_pipe());
  }
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  if (spec.has_pipes) {
    ::posix_spawn_file_actions_adddup2(&actions, in.read, 0);
    ::posix_spawn_file_actions_adddup2(&actions, out.write, 1);
  } else {
    ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  }
  ::posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
  if (!spec.directory.empty()) {
    ::posix_spawn_file_actions_addchdir_np(&actions, spec.directory.c_str());
  }
  std::vector<std::string> argv = spec.argv;
  std::vector<std::string> environment = environment_with(spec.environment);
  Child child;
  std::optional<OneProcessor> binding;
  if (spec.processors == Processors::one) binding.emplace();
  const int problem = ::posix_spawnp(&child.pid_, argv[0].c_str(), &actions, nullptr,
                                     pointers(argv).data(), pointers(environment).data());
  binding.reset();
  ::posix_spawn_file_actions_destroy(&actions);
  close_if_open(in.read);
  close_if_open(out.write);
  child.input_ = in.write;
  child.output_ = out.read;
  if (problem != 0) {
    child.pid_ = -1;
    return failed("start " + argv[0], problem);
  }
  return child;
}

Child::Child(Child&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      input_(std::exchange(other.input_, -1)),
      output_(std::exchange(other.output_, -1)) {}

Child::~Child() {
  close_if_open(input_);
  close_if_open(output_);
  if (pid_ < 0) return;
  ::kill(pid_, SIGTERM);
  if (has_ended_within(pid_, kTermWaitMs)) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void Child::close_input() { close_if_open(input_); }

Result<int> Child::wait(std::string* rest) {
  close_input();
  std::array<char, 65536> block;
  while (output_ >= 0) {
    const ssize_t got = ::read(output_, block.data(), block.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    if (rest != nullptr) rest->append(block.data(), static_cast<std::size_t>(got));
  }
  close_if_open(output_);
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0) {
    if (errno != EINTR) return failed("waitpid", errno);
  }
  pid_ = -1;
  return exit_code(status);
}

Result<std::string> output_of(const std::vector<std::string>& argv, const OutputOptions& options) {
  LOOP_TRY(Child child, Child::start({.argv = argv,
                                      .environment = {},
                                      .directory = options.directory,
                                      .processors = options.processors}));
  LOOP_TRY_VOID(write_fully(child.input(), options.input));
  std::string output;
  LOOP_TRY(const int code, child.wait(&output));
  if (code != 0 && code != options.other_code) {
    return Error(Errc::io, fmt::format("{} ended with code {}", fmt::join(argv, " "), code));
  }
  return output;
}

Status write_fully(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t done = ::write(descriptor, bytes.data(), bytes.size());
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) return failed("write", errno);
    bytes.remove_prefix(static_cast<std::size_t>(done));
  }
  return {};
}

std::int64_t resident_bytes(pid_t pid) {
  std::ifstream file(fmt::format("/proc/{}/statm", pid));
  std::int64_t total = 0, resident = 0;
  file >> total >> resident;
  return resident * ::sysconf(_SC_PAGESIZE);
}

double cpu_seconds(pid_t pid) {
  double nanoseconds = 0;
  std::error_code problem;
  for (const auto& task :
       std::filesystem::directory_iterator(fmt::format("/proc/{}/task", pid), problem)) {
    std::ifstream file(task.path() / "schedstat");
    double on_cpu = 0;
    file >> on_cpu;
    nanoseconds += on_cpu;
  }
  return nanoseconds / 1e9;
}

}  // namespace loop::bench
