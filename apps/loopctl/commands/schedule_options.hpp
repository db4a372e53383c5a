// SPDX-License-Identifier: MIT
// The options of `schedule add` and `schedule edit`, and the changes they ask for.
#pragma once

#include <vector>

#include "arguments.hpp"
#include "loop/domain/schedule_book.h"

namespace loopctl {

// From the table of schedule fields, and the short spellings: --every, --at, --start, --expires,
// --instructions-file.
std::vector<Option> schedule_options();

// The given options as changes of fields, not yet checked.
loop::Result<std::vector<loop::FieldChange>> changes_from(const Arguments& arguments);

}  // namespace loopctl
