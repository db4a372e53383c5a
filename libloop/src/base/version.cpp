// SPDX-License-Identifier: MIT
// The version.
#include "loop/base/version.h"

namespace loop {

std::string_view version() noexcept { return LOOP_VERSION; }

}  // namespace loop
