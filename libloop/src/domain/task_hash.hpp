// SPDX-License-Identifier: MIT
// A quick hash of task ids, for tables that live in memory only.
#pragma once

#include <cstdint>
#include <string_view>

namespace loop {

std::uint32_t task_hash(std::string_view id);

}  // namespace loop
