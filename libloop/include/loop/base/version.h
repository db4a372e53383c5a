// SPDX-License-Identifier: MIT
// The version of the library, as the build set it.
#pragma once

#include <string_view>

namespace loop {

std::string_view version() noexcept;  // "0.1.0"

}  // namespace loop
