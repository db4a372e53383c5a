// SPDX-License-Identifier: MIT
// One line a message.
#include "stderr_log.hpp"

#include <cstdio>
#include <string>

#include "loop/base/text.h"

namespace loop_mcp {

void StderrLog::write(loop::LogLevel level, std::string_view message) {
  if (level < loop::LogLevel::warning) return;
  const std::string line = "loop-mcp: " + loop::to_single_line(message) + "\n";
  std::fwrite(line.data(), 1, line.size(), stderr);
}

}  // namespace loop_mcp
