// SPDX-License-Identifier: MIT
// Toggling one box of TODO.md on disk.
#include "loop/domain/todo_list.h"

#include <fmt/format.h>

#include <algorithm>

#include "domain/todo_scan.hpp"
#include "loop/base/text.h"
#include "loop/store/file_content.h"
#include "loop/store/file_lock.h"
#include "loop/store/layout.h"

namespace loop {

namespace {

constexpr std::uint64_t kTodoBytesMax = 16ull * 1024 * 1024;

// The index of the item with a box at that line, if it is the one that was meant.
Result<std::size_t> find_item(const TodoList& list, std::size_t line,
                              std::string_view expected_text) {
  const auto found = std::find_if(list.items.begin(), list.items.end(), [&](const TodoItem& item) {
    return item.line == line && item.has_box;
  });
  if (found == list.items.end()) {
    return Error(Errc::not_found,
                 fmt::format("{}: no task with a box at line {}", layout::todo().str(), line));
  }
  if (!expected_text.empty() && found->text != trim(expected_text)) {
    return Error(Errc::conflict,
                 fmt::format("{}: line {} is \"{}\", not \"{}\"", layout::todo().str(), line,
                             ellipsize(found->text, 200), ellipsize(expected_text, 200)));
  }
  return static_cast<std::size_t>(found - list.items.begin());
}

}  // namespace

Result<bool> set_todo_done(FileSystem& files, Clock& clock, RandomSource& random, std::size_t line,
                           bool done, std::string_view expected_text) {
  LOOP_TRY_VOID(make_directories(files, layout::locks()));
  LOOP_TRY(const auto lock, FileLock::acquire(files, clock, layout::todo_lock()));
  LOOP_TRY(FileContent content, read_file(files, layout::todo(), kTodoBytesMax));
  const ScannedTodo scanned = scan_todo(content.bytes);
  LOOP_TRY(const std::size_t index, find_item(scanned.list, line, expected_text));
  if (scanned.list.items[index].done == done) return false;

  content.bytes[scanned.box_offsets[index]] = done ? 'x' : ' ';
  ReplaceOptions options;
  options.expected = content.stamp;
  LOOP_TRY_VOID(replace_file(files, random, layout::todo(), content.bytes, options));
  return true;
}

}  // namespace loop
