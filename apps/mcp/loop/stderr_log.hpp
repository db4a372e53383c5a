// SPDX-License-Identifier: MIT
// The log of the server's process: lines on standard error, which clients show or keep.
#pragma once

#include <string_view>

#include "loop/base/log.h"

namespace loop_mcp {

// Thread-safe: a line is written at once. Below `warning` nothing is written.
class StderrLog final : public loop::Log {
 public:
  void write(loop::LogLevel level, std::string_view message) override;
};

}  // namespace loop_mcp
