// SPDX-License-Identifier: MIT
// The time of a file as an instant.
#pragma once

#include <chrono>

#include "loop/base/time.h"
#include "loop/store/file_system.h"

namespace loop::ops {

inline Instant modified(const FileInfo& info) {
  return Instant{std::chrono::floor<Duration>(std::chrono::nanoseconds{info.modified_ns})};
}

}  // namespace loop::ops
