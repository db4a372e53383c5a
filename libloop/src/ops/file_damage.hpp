// SPDX-License-Identifier: MIT
// When one of the shared files is so damaged that an older copy is better.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "loop/store/file_system.h"

namespace loop::ops {

// What is wrong with this content of the file, as far as getting an older copy would mend it;
// nothing when it is sound, and for every other file.
std::optional<std::string> damage_in(const RelativePath& file, std::string_view content);

}  // namespace loop::ops
