// SPDX-License-Identifier: MIT
// What a running process holds, as the kernel says it.
#pragma once

#include <cstddef>
#include <cstdint>

namespace loop::test {

std::int64_t resident_kb(int pid);  // memory; 0 when there is no such process
std::ptrdiff_t open_files(int pid);
std::int64_t wake_ups(int pid);  // how often its first thread went to sleep

}  // namespace loop::test
