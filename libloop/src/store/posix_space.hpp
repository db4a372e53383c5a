// SPDX-License-Identifier: MIT
// Telling local file systems from those behind a network by the kernel's type number.
#pragma once

#include <string_view>

#include "loop/store/file_system.h"

struct statfs;

namespace loop {

SpaceInfo space_of(const struct statfs& status);

}  // namespace loop
