// SPDX-License-Identifier: MIT
// The text that an agent is given: who it is, what to do, and what is known.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "loop/domain/memory_book.h"
#include "loop/domain/modes.h"
#include "loop/domain/workflow.h"
#include "loop/engine/delegation.h"

namespace loop {

inline constexpr std::size_t kPromptMemoryEntriesMax = 10;
inline constexpr std::size_t kPromptMemoryBytesMax = 4096;

struct PromptParts {
  const Mode& mode;
  std::string_view title{};  // of the schedule; empty: none
  std::string_view task{};
  std::optional<WorkflowPosition> position{};
  std::string_view context{};
  std::vector<std::string> requirements{};
  std::optional<Instant> deadline{};
  std::string_view parent_task{};       // one line; empty: nobody delegated it
  std::vector<ChildRecord> siblings{};  // what the parent has delegated so far
  std::vector<MemoryEntry> memory{};    // of persistent-memory.md, in any order
  int depth = 1;
};

// Pure. For agents that read prose; a `shell` agent gets the task alone: it is a script. Texts that
// others wrote without being asked (memory, answers of other runs) stand in fenced blocks that are
// said to be data.
std::string build_prompt(const PromptParts& parts);

// The newest dated entries, at most `entries_max` that fit into `bytes_max` together, oldest first,
// as Markdown.
std::string recent_memory(const std::vector<MemoryEntry>& entries, std::size_t entries_max,
                          std::size_t bytes_max);

}  // namespace loop
