// SPDX-License-Identifier: MIT
// Carries out a performance with real streams, signals and processes.
#pragma once

#include "fake_agent/performance.hpp"

namespace fake_agent {

// Exits with `exit_code_of_term` at SIGTERM, unless that is 0. Ids of processes that are left
// behind are appended to `pid_file`, if it is named. Returns the exit code.
int play(const Performance& performance, int exit_code_of_term, const std::string& pid_file);

// Runs a command line (words between spaces, without a shell); what it printed and, if that is not
// 0, its exit code.
std::string call_back(const std::string& command);

}  // namespace fake_agent
