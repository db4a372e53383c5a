// SPDX-License-Identifier: MIT
// Processor, memory, kernel, compiler.
#include "harness/machine.hpp"

#include <fmt/format.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <fstream>

#include "loop/base/version.h"

namespace loop::bench {

namespace {

std::string processor() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("model name")) continue;
    const std::size_t colon = line.find(": ");
    if (colon != std::string::npos) return line.substr(colon + 2);
  }
  return "unknown processor";
}

}  // namespace

std::string machine_text() {
  utsname kernel{};
  ::uname(&kernel);
  const auto pages = static_cast<double>(::sysconf(_SC_PHYS_PAGES));
  const auto page = static_cast<double>(::sysconf(_SC_PAGESIZE));
  return fmt::format("{} x {}, {:.0f} GiB, {} {}", ::sysconf(_SC_NPROCESSORS_ONLN), processor(),
                     pages * page / (1024.0 * 1024 * 1024), kernel.sysname, kernel.release);
}

std::string build_text() {
#ifdef __OPTIMIZE__
  const char* optimised = "optimised";
#else
  const char* optimised = "NOT optimised";
#endif
  return fmt::format("loop {}, {}, {}", version(), __VERSION__, optimised);
}

}  // namespace loop::bench
