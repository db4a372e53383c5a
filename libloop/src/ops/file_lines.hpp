// SPDX-License-Identifier: MIT
// Some lines of a file, without reading all of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "loop/ops/operation.h"
#include "loop/store/file_system.h"

namespace loop::ops {

struct LineRange {
  std::uint64_t skipped = 0;           // lines before the first one wanted
  std::optional<std::uint64_t> count;  // of lines; to the end when not set
  std::uint64_t bytes_max = 0;         // of their text; the rest is left out at a line's end
};

struct FileLines {
  std::string text;
  std::uint64_t first_byte = 0;  // of the text in the file
  std::uint64_t count = 0;       // of lines in the text
  // Of all lines, when the end of the file was reached.
  std::optional<std::uint64_t> total;
};

// too_large when one line alone is over `bytes_max`. `name` is for messages.
Result<FileLines> read_lines(const OperationContext& context, OpenFile& file, std::string_view name,
                             const LineRange& range);

// Lines of a text; a last one without newline counts.
std::uint64_t count_lines(std::string_view text);

}  // namespace loop::ops
