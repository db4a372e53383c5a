// SPDX-License-Identifier: MIT
// Turning free text into the marked lines of a memory entry.
#pragma once

#include "loop/domain/memory_book.h"

namespace loop::ops {

// Lines of `note.content` that are marked ("Finding: x", "- **Command**: x") move to their fields,
// the first of each mark. What is left, if it is one line, gets the mark that goes with the
// section; more lines, and fenced code, stay as they are.
void mark_content(MemoryNote& note);

}  // namespace loop::ops
