// SPDX-License-Identifier: MIT
// Sections of the memory in requests and answers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "loop/domain/memory_book.h"

namespace loop::ops {

// "patterns", "commands", "status".
std::string_view word_of(MemorySection section) noexcept;

// By title or word; invalid_argument with a suggestion.
Result<MemorySection> require_section(const std::string& text);

// What is left of the limit; never negative.
std::int64_t headroom_percent(std::size_t line_count);

}  // namespace loop::ops
