// SPDX-License-Identifier: MIT
// Read from /proc.
#include "support/process_facts.hpp"

#include <filesystem>
#include <fstream>
#include <string>

#include <fmt/format.h>

namespace loop::test {

std::int64_t resident_kb(int pid) {
  std::ifstream status(fmt::format("/proc/{}/status", pid));
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) return std::stoll(line.substr(6));
  }
  return 0;
}

std::ptrdiff_t open_files(int pid) {
  const std::filesystem::directory_iterator all(fmt::format("/proc/{}/fd", pid));
  return std::distance(begin(all), end(all));
}

}  // namespace loop::test
