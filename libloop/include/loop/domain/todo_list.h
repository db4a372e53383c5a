// SPDX-License-Identifier: MIT
// TODO.md: GitHub task lists, read; an item is toggled by changing one byte.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "loop/base/clock.h"
#include "loop/base/random.h"
#include "loop/store/file_system.h"

namespace loop {

// `- [ ]`, `* [x]`, `+ [X]`, `1. [ ]`, not in fenced code; or a list item without a box in a
// section that marks done columns ("✓" or "[x]" in the heading).
struct TodoItem {
  std::size_t line = 0;    // from 1
  std::size_t depth = 0;   // 0: not nested in another item
  std::size_t parent = 0;  // line of the item it is nested in; 0: none
  bool done = false;
  bool has_box = true;
  std::string text;
  std::string section;               // the headings above it, joined by " / "
  std::vector<std::string> details;  // text lines and boxless sub-bullets that belong to it
};

struct TodoList {
  std::vector<TodoItem> items;
  std::size_t completed = 0;
};

TodoList parse_todo(std::string_view markdown);

// Sets the box of the item at `line`: durable, under the lock, a change of one byte; false when it
// was so already. not_found when no item with a box stands there; conflict when `expected_text` is
// not empty and differs from the item's text.
Result<bool> set_todo_done(FileSystem& files, Clock& clock, RandomSource& random, std::size_t line,
                           bool done, std::string_view expected_text = {});

}  // namespace loop
