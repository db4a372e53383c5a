// SPDX-License-Identifier: MIT
// Where each file of a workspace lies.
#pragma once

#include "loop/store/relative_path.h"

namespace loop::layout {

// Files shared with people, editors and other programs.
inline RelativePath schedules() { return RelativePath::of(".roo/schedules.json"); }
inline RelativePath modes() { return RelativePath::of(".roomodes"); }
inline RelativePath timing() { return RelativePath::of("task_timing.tsv"); }
inline RelativePath memory() { return RelativePath::of("persistent-memory.md"); }
inline RelativePath todo() { return RelativePath::of("TODO.md"); }

// The state directory. It holds a .gitignore that ignores all of it but config.toml.
inline RelativePath state() { return RelativePath::of(".loop"); }
inline RelativePath config() { return RelativePath::of(".loop/config.toml"); }
inline RelativePath journal() { return RelativePath::of(".loop/journal.jsonl"); }
inline RelativePath runs() { return RelativePath::of(".loop/runs"); }
inline RelativePath locks() { return RelativePath::of(".loop/locks"); }
inline RelativePath backups() { return RelativePath::of(".loop/backups"); }
inline RelativePath checkpoints() { return RelativePath::of(".loop/checkpoints"); }
inline RelativePath commands() { return RelativePath::of(".loop/commands"); }
inline RelativePath memory_archive() { return RelativePath::of(".loop/memory-archive"); }
inline RelativePath current_mode() { return RelativePath::of(".loop/mode.json"); }
inline RelativePath sync_record() { return RelativePath::of(".loop/sync.json"); }
inline RelativePath engine_status() { return RelativePath::of(".loop/engine.json"); }
inline RelativePath notice() { return RelativePath::of(".loop/notice.json"); }

inline RelativePath engine_lock() { return RelativePath::of(".loop/locks/engine"); }
inline RelativePath dispatch_lock() { return RelativePath::of(".loop/locks/dispatch"); }
inline RelativePath schedules_lock() { return RelativePath::of(".loop/locks/schedules"); }
inline RelativePath memory_lock() { return RelativePath::of(".loop/locks/memory"); }
inline RelativePath todo_lock() { return RelativePath::of(".loop/locks/todo"); }
inline RelativePath files_lock() { return RelativePath::of(".loop/locks/files"); }
inline RelativePath mode_lock() { return RelativePath::of(".loop/locks/mode"); }
inline RelativePath sync_lock() { return RelativePath::of(".loop/locks/sync"); }
inline RelativePath backups_lock() { return RelativePath::of(".loop/locks/backups"); }

}  // namespace loop::layout
