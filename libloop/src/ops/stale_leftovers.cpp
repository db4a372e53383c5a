// SPDX-License-Identifier: MIT
// Finding and removing leftovers.
#include "ops/stale_leftovers.hpp"

#include "loop/base/text.h"
#include "loop/store/checkpoint_store.h"
#include "loop/store/file_content.h"
#include "loop/store/file_lock.h"
#include "loop/store/layout.h"
#include "loop/store/recovery.h"
#include "ops/file_guard.hpp"
#include "ops/integrity_checks.hpp"

#include <fmt/format.h>

namespace loop::ops {

namespace {

constexpr Duration kStaleAge = std::chrono::hours{1};
constexpr std::uint64_t kHolderBytesMax = 200;

// A file that cannot be opened for writing counts as held.
bool is_free(FileSystem& files, const RelativePath& path) {
  const auto file = files.open(path, {.access = Access::read_write});
  if (!file) return false;
  const auto is_locked = (*file)->try_lock(LockMode::exclusive);
  return is_locked && *is_locked;
}

bool is_stale(const OperationContext& context, const RelativePath& path) {
  FileSystem& files = context.services.files;
  const auto info = files.info(path);
  if (!info || !*info) return false;
  const auto modified =
      Instant{std::chrono::duration_cast<Duration>(std::chrono::nanoseconds{(*info)->modified_ns})};
  if (context.now() - modified <= kStaleAge) return false;
  if ((*info)->kind == FileKind::regular) return is_free(files, path);
  if ((*info)->kind != FileKind::directory) return false;
  const auto entries = files.list(path);
  return entries && entries->empty();
}

}  // namespace

Result<std::vector<Leftover>> find_leftovers(const OperationContext& context) {
  const EngineContext& services = context.services;
  std::vector<Leftover> found;
  LOOP_TRY(const auto temporaries, find_stale_temporaries(services.files, services.clock));
  for (const RelativePath& path : temporaries) {
    if (is_stale(context, path)) found.push_back({LeftoverKind::temporary, path});
  }
  for (const RelativePath& file : orchestrator_files()) {
    const RelativePath lock = RelativePath::of(file.str() + ".lock");
    if (is_stale(context, lock)) found.push_back({LeftoverKind::lock, lock});
  }
  CheckpointStore checkpoints(services.files, services.clock, services.random);
  LOOP_TRY(const auto unfinished, checkpoints.find_unfinished());
  for (const RelativePath& path : unfinished) found.push_back({LeftoverKind::checkpoint, path});
  return found;
}

Result<bool> remove_leftover(const OperationContext& context, const Leftover& leftover) {
  const EngineContext& services = context.services;
  if (leftover.kind == LeftoverKind::checkpoint) {
    LOOP_TRY(const FileLock guard,
             FileLock::acquire(services.files, services.clock, layout::backups_lock()));
    CheckpointStore checkpoints(services.files, services.clock, services.random);
    LOOP_TRY_VOID(checkpoints.remove(leftover.path));
    return true;
  }
  if (!is_stale(context, leftover.path)) return false;
  LOOP_TRY(const auto info, services.files.info(leftover.path));
  if (!info) return false;
  const Status removed = info->kind == FileKind::directory
                             ? services.files.remove_directory(leftover.path)
                             : services.files.remove(leftover.path);
  if (removed) return true;
  if (removed.error().code() == Errc::not_found) return false;
  return removed.error();
}

Result<std::vector<std::string>> held_locks(const OperationContext& context) {
  FileSystem& files = context.services.files;
  std::vector<std::string> held;
  const auto entries = files.list(layout::locks());
  if (!entries && entries.error().code() == Errc::not_found) return held;
  if (!entries) return entries.error();
  for (const DirectoryEntry& entry : *entries) {
    const auto path = RelativePath::parse(layout::locks().str() + "/" + entry.name);
    if (!path || entry.kind != FileKind::regular) continue;
    LOOP_TRY(const bool is_held, FileLock::is_held(files, *path));
    if (!is_held) continue;
    const auto holder = read_file_if_exists(files, *path, kHolderBytesMax);
    const bool is_told = holder && *holder && (*holder)->bytes.starts_with("pid ");
    held.push_back(fmt::format(
        "{} is held by {}", shown(*path),
        is_told ? to_valid_utf8(to_single_line(trim((*holder)->bytes))) : "another process"));
  }
  return held;
}

}  // namespace loop::ops
