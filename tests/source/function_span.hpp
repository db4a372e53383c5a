// SPDX-License-Identifier: MIT
// Where the functions of a source file begin and end, by its braces.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "source/source_tree.hpp"

namespace loop::source {

struct FunctionSpan {
  std::string name;        // as it is written before the parameters: "History::apply"
  std::size_t offset = 0;  // of the opening brace
  std::size_t line_count = 0;
};

// Functions with a body, also members in classes; what is inside of one belongs to it. Relies on
// the format: a body's brace has a space before it, the brace of a member's initializer has none.
std::vector<FunctionSpan> functions_of(const SourceFile& file);

}  // namespace loop::source
