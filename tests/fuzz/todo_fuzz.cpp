// SPDX-License-Identifier: MIT
// TODO.md: items lie on lines of the file, and completed ones are items.
#include <cstddef>
#include <cstdint>

#include "loop/base/result.h"
#include "loop/domain/todo_list.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto list = loop::parse_todo({reinterpret_cast<const char*>(data), size});
  LOOP_CHECK(list.completed <= list.items.size());
  for (const loop::TodoItem& item : list.items)
    LOOP_CHECK(item.line > 0 && item.parent < item.line);
  return 0;
}
