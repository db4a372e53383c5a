// SPDX-License-Identifier: MIT
// A launch prepared so far that a forked child needs system calls only: no memory, no locks.
#pragma once

#include <string>
#include <vector>

#include "loop/base/process.h"
#include "process_confinement.hpp"
#include "process_fd.hpp"

namespace loop {

// A regular file that this user may execute.
bool is_program(const std::string& path);

// The file that execve gets for argv[0]; empty when PATH has no such program.
std::string find_program(const std::string& name, const std::vector<std::string>& environment);

// "start \"claude\"" plus the cause, in words for a person.
Error launch_error(const LaunchSpec& spec, const std::string& program, int cause);

class ProcessImage {
 public:
  // Checks the spec. invalid_argument names the field.
  static Result<ProcessImage> prepare(const LaunchSpec& spec);
  ProcessImage(ProcessImage&&) = default;
  ProcessImage& operator=(ProcessImage&&) = default;

  const std::string& program() const { return program_; }
  char* const* argv() const { return argv_.data(); }
  char* const* environment() const { return environment_.data(); }
  const LaunchSpec& spec() const { return spec_; }
  const ProcessConfinement& confinement() const { return confinement_; }

 private:
  ProcessImage(const LaunchSpec& spec, ProcessConfinement confinement);

  LaunchSpec spec_;
  std::string program_;
  std::vector<char*> argv_;  // into spec_: moving a vector of strings leaves the strings in place
  std::vector<char*> environment_;
  ProcessConfinement confinement_;
};

// The three standard descriptors of a child, opened by the parent so that a failure is reported
// with its name. All are above the numbers that the child uses.
struct StandardFiles {
  FileDescriptor in, out, error;
  static Result<StandardFiles> open(const LaunchSpec& spec);
};

// The lowest number of a descriptor that the child still has to move to its place.
inline constexpr int kFirstFreeDescriptor = 10;

}  // namespace loop
