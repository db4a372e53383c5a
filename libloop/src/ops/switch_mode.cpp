// SPDX-License-Identifier: MIT
// Switching modes, with the time of each.
#include "loop/ops/switch_mode.h"

#include <fmt/format.h>

#include "loop/domain/modes.h"
#include "loop/store/file_lock.h"
#include "loop/store/layout.h"
#include "ops/current_mode.hpp"
#include "ops/described_operation.hpp"
#include "ops/priority_words.hpp"

namespace loop {

template <class Visitor>
void describe(Visitor& visit, SwitchModeRequest& request) {
  using ops::field;
  visit(field("target_mode", request.target_mode, "slug of the mode").required().range(1, 100));
  visit(field("task_context", request.task_context, "what the work is about").range(0, 4096));
  visit(field("priority", request.priority, "of the time row"));
  visit(field("track_time", request.track_time, "close the running time row and open one"));
}

template <class Visitor>
void describe(Visitor& visit, SwitchModeAnswer& answer) {
  using ops::field;
  visit(field("mode", answer.mode, "slug"));
  visit(field("previous_mode", answer.previous_mode, "slug of the one before"));
  visit(field("name", answer.name, "for people"));
  visit(field("role_definition", answer.role_definition, "who the agent is now"));
  visit(field("instructions", answer.instructions, "how it works"));
  visit(field("rules_files", answer.rules_files, "to be read, too"));
  visit(field("task_id", answer.task_id, "of the time row that was opened"));
  visit(field("closed_task_id", answer.closed_task_id, "of the time row that was closed"));
}

namespace {

Result<std::vector<std::string>> rules_files(FileSystem& files, const std::string& directory) {
  std::vector<std::string> found;
  const RelativePath path = RelativePath::of(directory);
  const auto entries = files.list(path);
  if (!entries) {
    if (entries.error().code() == Errc::not_found) return found;
    return entries.error();
  }
  for (const DirectoryEntry& entry : *entries) {
    if (entry.kind == FileKind::regular) found.push_back((path / entry.name).str());
  }
  return found;
}

// The row may have been closed by hand, or its file moved away: then there is nothing to close.
Result<bool> close_row(TimeLedger& ledger, const TaskId& task, const ModeSlug& next, Instant now) {
  if (task.empty()) return false;
  const auto closed = ledger.stop(task, fmt::format("switched to {}", next.str()), now);
  if (closed) return true;
  const Errc code = closed.error().code();
  if (code == Errc::not_found || code == Errc::conflict) return false;
  return closed.error();
}

Status open_row(const OperationContext& context, const SwitchModeRequest& request,
                TimeLedger& ledger, const TaskId& task) {
  const std::string what = request.task_context.value_or("");
  LOOP_TRY_VOID(ledger.start(
      {.task_id = task,
       .mode = request.target_mode,
       .task = what.empty() ? fmt::format("work in mode {}", request.target_mode.str()) : what,
       .priority = request.priority,
       .start = context.now()}));
  return {};
}

}  // namespace

Result<SwitchModeAnswer> switch_mode(const OperationContext& context,
                                     const SwitchModeRequest& request) {
  const EngineContext& services = context.services;
  LOOP_TRY(const ModeBook modes, ModeBook::load(services.files, context.engine.global_modes));
  LOOP_TRY(const Mode* mode, modes.require(request.target_mode));
  LOOP_TRY(const FileLock lock,
           FileLock::acquire(services.files, services.clock, layout::mode_lock()));
  LOOP_TRY(const auto before, ops::read_current_mode(services.files));

  SwitchModeAnswer answer{.mode = mode->slug,
                          .name = mode->name,
                          .role_definition = mode->role_definition,
                          .instructions = mode->custom_instructions};
  LOOP_TRY(answer.rules_files, rules_files(services.files, ".roo/rules"));
  LOOP_TRY(const auto own, rules_files(services.files, ".roo/rules-" + mode->slug.str()));
  answer.rules_files.insert(answer.rules_files.end(), own.begin(), own.end());

  TimeLedger& ledger = context.time;
  ops::CurrentMode current{
      .mode = mode->slug, .context = request.task_context.value_or(""), .since = context.now()};
  if (before) {
    answer.previous_mode = before->mode;
    current.previous = before->mode;
    LOOP_TRY(const bool is_closed, close_row(ledger, before->task_id, mode->slug, context.now()));
    if (is_closed) answer.closed_task_id = before->task_id;
  }
  if (request.track_time) {
    current.task_id = TaskId("mode-" + make_uuid(services.random));
    answer.task_id = current.task_id;
  }
  LOOP_TRY_VOID(ops::write_current_mode(context, current));
  if (request.track_time) LOOP_TRY_VOID(open_row(context, request, ledger, current.task_id));
  return answer;
}

namespace {

constexpr OperationInfo kInfo{
    .name = "switch_mode",
    .title = "Switch the mode",
    .meaning =
        "Makes a mode the current one and answers its role, instructions and rules. Closes the "
        "running time row, opens the next. Only to look, use get_mode_capabilities.",
    .group = OperationGroup::development,
    .hints = {},
};

}  // namespace

}  // namespace loop

LOOP_DEFINE_OPERATION(switch_mode, loop::kInfo)
