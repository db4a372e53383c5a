// SPDX-License-Identifier: MIT
// A fingerprint of what the slots of a schedule depend on, to notice that it was edited.
#pragma once

#include <string>

#include "loop/domain/schedule.h"

namespace loop {

std::string timing_hash(const Schedule& schedule);

}  // namespace loop
