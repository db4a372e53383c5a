// SPDX-License-Identifier: MIT
// The operation that tells what is planned in TODO.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "loop/ops/operation.h"

namespace loop {

struct GetTodoStatusRequest {
  bool include_completed = false;
  std::optional<std::string> search_pattern;  // RE2 in text and details; case is ignored
  std::int64_t limit = 200;
  std::int64_t offset = 0;
};

struct TodoStatusItem {
  std::int64_t line = 0;
  std::int64_t depth = 0;                // 0: not nested in another item
  std::optional<std::int64_t> parent{};  // line of the item it is nested in
  bool is_completed = false;
  std::string text;
  std::string section;  // the headings above it, joined by " / "
  std::vector<std::string> details;
};

struct TodoSectionStatus {
  std::string section;
  std::int64_t total = 0, completed = 0, pending = 0;
};

struct GetTodoStatusAnswer {
  std::vector<TodoStatusItem> items;  // in the order of the file: a nested item behind its parent
  std::vector<TodoSectionStatus> sections;  // with items; at most kTodoSectionsMax
  // Of the whole file.
  std::int64_t total = 0, completed = 0, pending = 0;
  double completion_rate = 0;                 // percent, one decimal; 0 without items
  std::int64_t match_count = 0;               // items that were asked for
  std::optional<std::int64_t> next_offset{};  // of the next page; nothing on the last one
};

// An absent file has no items.
Result<GetTodoStatusAnswer> get_todo_status(const OperationContext& context,
                                            const GetTodoStatusRequest& request);

inline constexpr std::int64_t kTodoItemsPageMax = 1000;
inline constexpr std::size_t kTodoSectionsMax = 200;
// A page ends before the item that would make it longer than this; it has at least one.
inline constexpr std::size_t kTodoPageBytesMax = 512 * 1024;

}  // namespace loop
