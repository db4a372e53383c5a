// SPDX-License-Identifier: MIT
// A task list read together with where each box stands, so that it can be toggled.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "loop/domain/todo_list.h"

namespace loop {

struct ScannedTodo {
  TodoList list;
  std::vector<std::size_t> box_offsets;  // of the byte between the brackets; 0 for no box
};

ScannedTodo scan_todo(std::string_view markdown);

}  // namespace loop
