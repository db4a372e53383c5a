// SPDX-License-Identifier: MIT
// Starting programs with posix_spawn, and collecting what they print.
#include "support/program.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <stdexcept>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace loop::test {

namespace {

using SteadyClock = std::chrono::steady_clock;

std::array<int, 2> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe2 failed");
  return ends;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> list;
  for (std::string& text : texts) list.push_back(text.data());
  list.push_back(nullptr);
  return list;
}

// Whole: standard input of tests fits a pipe's buffer, or the program reads while it is written.
bool feed(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

void close_end(int& fd) {
  if (fd >= 0) ::close(fd);
  fd = -1;
}

// False at the end of the stream.
bool read_some(int& fd, std::string& into) {
  std::array<char, 65536> chunk{};
  const ssize_t got = ::read(fd, chunk.data(), chunk.size());
  if (got < 0 && (errno == EINTR || errno == EAGAIN)) return true;
  if (got <= 0) {
    close_end(fd);
    return false;
  }
  into.append(chunk.data(), static_cast<std::size_t>(got));
  return true;
}

}  // namespace

Program::Program(const ProgramSpec& spec) {
  std::signal(SIGPIPE, SIG_IGN);
  const auto in = make_pipe();
  const auto out = make_pipe();
  const auto err = make_pipe();
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err[1], STDERR_FILENO);
  if (!spec.directory.empty()) {
    posix_spawn_file_actions_addchdir_np(&actions, spec.directory.c_str());
  }
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t defaults;
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);

  std::vector<std::string> words = spec.argv;
  std::vector<std::string> variables;
  for (const auto& [name, value] : spec.environment) variables.push_back(name + "=" + value);
  const int failed = ::posix_spawn(&pid_, words[0].c_str(), &actions, &attributes,
                                   pointers(words).data(), pointers(variables).data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  ::close(in[0]);
  ::close(out[1]);
  ::close(err[1]);
  out_ = out[0];
  err_ = err[0];
  if (failed != 0) throw std::runtime_error("cannot start " + spec.argv[0]);
  in_ = in[1];
  feed(in_, spec.input);
  if (!spec.keeps_input_open) close_input();
}

Program::~Program() {
  close_end(in_);
  close_end(out_);
  close_end(err_);
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

bool Program::pump(Duration limit) {
  std::vector<pollfd> watched;
  if (out_ >= 0) watched.push_back({out_, POLLIN, 0});
  if (err_ >= 0) watched.push_back({err_, POLLIN, 0});
  if (watched.empty()) return false;
  if (::poll(watched.data(), watched.size(), static_cast<int>(limit.count())) <= 0) return true;
  for (const pollfd& ready : watched) {
    if (ready.revents == 0) continue;
    if (ready.fd == out_) {
      read_some(out_, result_.out);
    } else {
      read_some(err_, result_.err);
    }
  }
  return true;
}

bool Program::wait_for_error_text(std::string_view text, Duration limit) {
  const auto end = SteadyClock::now() + limit;
  while (result_.err.find(text) == std::string::npos) {
    if (SteadyClock::now() > end || !pump(std::chrono::milliseconds{100})) return false;
  }
  return true;
}

std::optional<std::string> Program::next_line(Duration limit) {
  const auto end = SteadyClock::now() + limit;
  for (;;) {
    const std::size_t newline = result_.out.find('\n', looked_);
    if (newline != std::string::npos) {
      std::string line = result_.out.substr(0, newline);
      result_.out.erase(0, newline + 1);
      looked_ = 0;
      return line;
    }
    looked_ = result_.out.size();
    if (out_ < 0 || SteadyClock::now() > end) return std::nullopt;
    pump(std::chrono::milliseconds{100});
  }
}

bool Program::write_input(std::string_view text) { return feed(in_, text); }

std::size_t Program::write_until_unread(std::string_view text) {
  const int flags = ::fcntl(in_, F_GETFL);
  ::fcntl(in_, F_SETFL, flags | O_NONBLOCK);
  std::size_t done = 0;
  while (done < text.size()) {
    pollfd room{in_, POLLOUT, 0};
    if (::poll(&room, 1, 500) <= 0) break;
    const ssize_t written = ::write(in_, text.data() + done, text.size() - done);
    if (written < 0 && errno != EAGAIN && errno != EINTR) break;
    if (written > 0) done += static_cast<std::size_t>(written);
  }
  ::fcntl(in_, F_SETFL, flags);
  return done;
}

void Program::close_input() { close_end(in_); }

void Program::send_signal(int signal_number) { ::kill(pid_, signal_number); }

void Program::close_output() { close_end(out_); }

ProgramResult Program::wait(Duration limit) {
  const auto end = SteadyClock::now() + limit;
  while (pump(std::chrono::milliseconds{100})) {
    if (SteadyClock::now() < end) continue;
    ::kill(pid_, SIGKILL);
    result_.was_killed = true;
    break;
  }
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  result_.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result_;
}

ProgramResult run_program(const ProgramSpec& spec, Duration limit) {
  return Program(spec).wait(limit);
}

}  // namespace loop::test
