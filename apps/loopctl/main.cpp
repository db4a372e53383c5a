// SPDX-License-Identifier: MIT
// The command line for people and scripts.
#include <cstdio>
#include <exception>

#include "exit_codes.hpp"
#include "program.hpp"

int main(int argc, char** argv) {
  try {
    const std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
    return loopctl::run_program(words, front::Surroundings::of_process());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "loopctl: internal error: %s\n", error.what());
    return static_cast<int>(loopctl::ExitCode::failed);
  }
}
