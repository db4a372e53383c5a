// SPDX-License-Identifier: MIT
// Read from /proc.
#include "support/process_facts.hpp"

#include <filesystem>
#include <fstream>
#include <string>

#include <fmt/format.h>

namespace loop::test {

namespace {

// A number of the process's status; 0 when there is no such process.
std::int64_t status_figure(int pid, std::string_view name) {
  std::ifstream status(fmt::format("/proc/{}/status", pid));
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(name)) return std::stoll(line.substr(name.size()));
  }
  return 0;
}

}  // namespace

std::int64_t resident_kb(int pid) { return status_figure(pid, "VmRSS:"); }

std::int64_t wake_ups(int pid) { return status_figure(pid, "voluntary_ctxt_switches:"); }

std::ptrdiff_t open_files(int pid) {
  const std::filesystem::directory_iterator all(fmt::format("/proc/{}/fd", pid));
  return std::distance(begin(all), end(all));
}

}  // namespace loop::test
