// SPDX-License-Identifier: MIT
// The table of operations, in the order in which clients see them: one line each.
#include "loop/ops/operation.h"

#include "loop/base/text.h"

#include <fmt/format.h>

#include <array>

#define LOOP_OPERATIONS(OPERATION)    \
  OPERATION(get_schedule_status)      \
  OPERATION(manage_schedules)         \
  OPERATION(track_task_time)          \
  OPERATION(get_time_tracking)        \
  OPERATION(get_persistent_memory)    \
  OPERATION(update_persistent_memory) \
  OPERATION(get_todo_status)          \
  OPERATION(delegate_task)            \
  OPERATION(read_project_file)        \
  OPERATION(write_project_file)       \
  OPERATION(list_project_structure)   \
  OPERATION(search_in_files)          \
  OPERATION(backup_file)              \
  OPERATION(restore_file)             \
  OPERATION(get_system_status)        \
  OPERATION(switch_mode)              \
  OPERATION(run_validation)           \
  OPERATION(get_mode_capabilities)    \
  OPERATION(error_recovery)           \
  OPERATION(sync_environment)         \
  OPERATION(list_runs)                \
  OPERATION(get_run)                  \
  OPERATION(cancel_run)

namespace loop {

namespace ops {
#define LOOP_DECLARE(name) const Operation& name##_operation();
LOOP_OPERATIONS(LOOP_DECLARE)
#undef LOOP_DECLARE
}  // namespace ops

std::span<const Operation* const> operations() {
#define LOOP_ADDRESS(name) &ops::name##_operation(),
  static const std::array table{LOOP_OPERATIONS(LOOP_ADDRESS)};
#undef LOOP_ADDRESS
  return table;
}

const Operation* find_operation(std::string_view name) {
  for (const Operation* operation : operations()) {
    if (operation->info().name == name) return operation;
  }
  return nullptr;
}

Result<const Operation*> require_operation(std::string_view name) {
  if (const Operation* found = find_operation(name)) return found;
  std::vector<std::string> known;
  for (const Operation* operation : operations()) known.emplace_back(operation->info().name);
  return Error(Errc::not_found, fmt::format("there is no tool \"{}\"{}; there are {} of them",
                                            ellipsize(to_single_line(name), 60),
                                            did_you_mean(name, known), known.size()));
}

}  // namespace loop
