// SPDX-License-Identifier: MIT
// The operation that writes down what was learnt.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "loop/domain/memory_book.h"
#include "loop/ops/operation.h"

namespace loop {

struct UpdatePersistentMemoryRequest {
  std::string section;  // title, or patterns, commands, status
  std::string content;
  std::optional<std::string> category;  // "note" when not given
  // The content becomes marked lines: those it marks itself ("Finding: ...", "- Command: ..."), and
  // a single line without a mark gets that of its section (Finding, Command, Achievement). Else it
  // stands below the heading as it is. Either way it is one entry and breaks nothing.
  bool format_entry = true;
  std::optional<ModeSlug> mode;  // the current one when not given
  OnMemoryLimit on_limit = OnMemoryLimit::archive;
};

struct UpdatePersistentMemoryAnswer {
  std::string section;  // patterns, commands, status
  std::string title;
  Instant entry_time{};
  std::string mode, category;
  std::int64_t line_count = 0, max_lines = kMemoryLinesMax;  // after it
  std::int64_t headroom_percent = 0;
  std::vector<std::string> archived;          // headings of the entries that moved
  std::optional<std::string> archive_file{};  // nothing when none moved
  std::optional<std::string> backup{};        // of the file before; nothing when there was none
};

// Durable before it returns. limit_reached past 300 lines with `refuse`, or when too few dated
// entries could move: then nothing has changed.
Result<UpdatePersistentMemoryAnswer> update_persistent_memory(
    const OperationContext& context, const UpdatePersistentMemoryRequest& request);

}  // namespace loop
