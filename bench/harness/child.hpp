// SPDX-License-Identifier: MIT
// Programs that are measured: started with pipes, read to their end, ended with their owner.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "loop/base/result.h"

namespace loop::bench {

enum class Processors { all, one };

struct ChildSpec {
  std::vector<std::string> argv;            // argv[0] is looked up in PATH
  std::vector<std::string> environment;     // "NAME=value", added to this process's own
  std::string directory;                    // empty: this process's
  bool has_pipes = true;                    // else standard input and output are /dev/null
  Processors processors = Processors::all;  // that it may run on
};

// A running program. Standard error goes to /dev/null. Destruction ends it, by SIGKILL if need be.
class Child {
 public:
  static Result<Child> start(const ChildSpec& spec);
  Child(Child&& other) noexcept;
  Child& operator=(Child&&) = delete;
  ~Child();

  pid_t pid() const { return pid_; }
  int input() const { return input_; }    // its standard input, to write to; -1 without pipes
  int output() const { return output_; }  // its standard output, to read from

  void close_input();
  // Reads what is left of its output and waits for its end: the exit code, 128 + n after signal n.
  Result<int> wait(std::string* rest = nullptr);

 private:
  Child() = default;
  pid_t pid_ = -1;
  int input_ = -1;
  int output_ = -1;
};

struct OutputOptions {
  std::string_view input{};
  std::string directory{};  // empty: this process's
  int other_code = 0;       // that is no failure, either: a search that finds nothing ends with 1
  Processors processors = Processors::all;
};

// What a program prints that ends with code 0. An error names the program and its code.
Result<std::string> output_of(const std::vector<std::string>& argv,
                              const OutputOptions& options = {});

// Writes all of it to a descriptor that blocks.
Status write_fully(int descriptor, std::string_view bytes);

std::int64_t resident_bytes(pid_t pid);  // 0 when there is no such process
double cpu_seconds(pid_t pid);           // of all its threads, from /proc/PID/task/*/schedstat

}  // namespace loop::bench
