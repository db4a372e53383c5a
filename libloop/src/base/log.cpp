// SPDX-License-Identifier: MIT
// The words of the log levels.
#include "loop/base/log.h"

namespace loop {

std::string_view to_string(LogLevel level) noexcept {
  switch (level) {
    case LogLevel::debug: return "debug";
    case LogLevel::info: return "info";
    case LogLevel::warning: return "warning";
    case LogLevel::error: return "error";
  }
  return "error";
}

}  // namespace loop
