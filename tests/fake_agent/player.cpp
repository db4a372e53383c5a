// SPDX-License-Identifier: MIT
// Writing, waiting and forking.
#include "fake_agent/player.hpp"

#include <cerrno>
#include <csignal>
#include <fstream>
#include <map>
#include <sstream>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <fmt/format.h>

#include "support/program.hpp"

namespace fake_agent {

namespace {

// Longer than a runner waits between two looks at the output.
constexpr int kPauseMs = 400;

volatile std::sig_atomic_t term_exit_code = 0;

void leave(int /*signal_number*/) { ::_exit(term_exit_code); }

void handle_term(int exit_code) {
  if (exit_code == 0) return;
  term_exit_code = exit_code;
  struct sigaction action{};
  action.sa_handler = leave;
  ::sigaction(SIGTERM, &action, nullptr);
}

void ignore_term() {
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) ::signal(number, SIG_IGN);
}

void write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

void note_pid(const std::string& pid_file) {
  if (pid_file.empty()) return;
  const int fd = ::open(pid_file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return;
  write_all(fd, fmt::format("{}\n", ::getpid()));
  ::close(fd);
}

void wait_for_ever() {
  while (true) ::pause();
}

// The parent goes on when the grandchild has noted itself, so that a test can look for it.
void leave_grandchild(const std::string& pid_file) {
  int ready[2];
  if (::pipe(ready) != 0) return;
  if (::fork() == 0) {
    ::setsid();
    ::signal(SIGHUP, SIG_IGN);
    ::signal(SIGTERM, SIG_IGN);
    note_pid(pid_file);
    ::close(ready[0]);
    ::close(ready[1]);
    wait_for_ever();
  }
  ::close(ready[1]);
  char byte = 0;
  while (::read(ready[0], &byte, 1) < 0 && errno == EINTR) {
  }
  ::close(ready[0]);
}

void carry_out(const Step& step, const std::string& pid_file) {
  switch (step.kind) {
    case Step::Kind::out: write_all(STDOUT_FILENO, step.bytes); return;
    case Step::Kind::err: write_all(STDERR_FILENO, step.bytes); return;
    case Step::Kind::pause: ::poll(nullptr, 0, kPauseMs); return;
    case Step::Kind::ignore_term: ignore_term(); return;
    case Step::Kind::grandchild: leave_grandchild(pid_file); return;
    case Step::Kind::wait:
      note_pid(pid_file);
      wait_for_ever();
      return;
  }
}

std::map<std::string, std::string> environment() {
  std::map<std::string, std::string> variables;
  for (char** entry = ::environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string text = *entry;
    const std::size_t equals = text.find('=');
    if (equals != std::string::npos) variables[text.substr(0, equals)] = text.substr(equals + 1);
  }
  return variables;
}

}  // namespace

int play(const Performance& performance, int exit_code_of_term, const std::string& pid_file) {
  handle_term(exit_code_of_term);
  for (const Step& step : performance.steps) carry_out(step, pid_file);
  return performance.exit_code;
}

std::string call_back(const std::string& command) {
  loop::test::ProgramSpec spec;
  std::istringstream in(command);
  for (std::string word; in >> word;) spec.argv.push_back(word);
  if (spec.argv.empty()) return "no FAKE_CALLBACK is set";
  spec.environment = environment();
  const auto result = loop::test::run_program(spec);
  std::string text = result.out;
  while (!text.empty() && text.back() == '\n') text.pop_back();
  if (result.code == 0) return text;
  return fmt::format("{}exit code {}: {}", text, result.code, result.err);
}

}  // namespace fake_agent
