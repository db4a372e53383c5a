// SPDX-License-Identifier: MIT
// Runs a program as a user does: real process, real pipes, bounded in time.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "loop/base/time.h"

namespace loop::test {

struct ProgramSpec {
  std::vector<std::string> argv;
  std::map<std::string, std::string> environment;  // the whole of it
  std::string directory;
  std::string input;  // of standard input, which ends with it unless it is kept open
  bool keeps_input_open = false;
};

struct ProgramResult {
  int code = -1;  // exit code; 128 + number when a signal ended it
  std::string out;
  std::string err;
  bool was_killed = false;  // by the bound on time
};

inline constexpr Duration kProgramLimit = std::chrono::seconds{60};

// A started program. Ends with its destruction, by SIGKILL if need be.
class Program {
 public:
  explicit Program(const ProgramSpec& spec);
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  // Reads until standard error holds `text`; false when it ended or the limit was over before.
  const std::string& error_text() const { return result_.err; }  // as far as it was read
  bool wait_for_error_text(std::string_view text, Duration limit = kProgramLimit);
  // The next line of standard output, without its newline; nothing when it ended or the limit was
  // over before. What it gave is not part of the result any more.
  std::optional<std::string> next_line(Duration limit = kProgramLimit);
  // False when the program does not read any more.
  bool write_input(std::string_view text);
  // Writes until the program reads nothing for half a second; how many bytes it took.
  std::size_t write_until_unread(std::string_view text);
  void close_input();
  int pid() const { return pid_; }
  void send_signal(int signal_number);
  // Closes standard output unread, as `head` does.
  void close_output();
  ProgramResult wait(Duration limit = kProgramLimit);

 private:
  // Reads what is there, or waits for it. False once both streams are at their end.
  bool pump(Duration limit);

  int pid_ = -1;
  int in_ = -1;
  int out_ = -1;
  int err_ = -1;
  std::size_t looked_ = 0;  // bytes of the output without a line break up to here
  ProgramResult result_;
};

ProgramResult run_program(const ProgramSpec& spec, Duration limit = kProgramLimit);

}  // namespace loop::test
