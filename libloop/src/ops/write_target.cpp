// SPDX-License-Identifier: MIT
// Locks, backups and writes of one file.
#include "ops/write_target.hpp"

#include "loop/store/file_hold.h"
#include "loop/store/layout.h"

#include <fmt/format.h>

namespace loop::ops {

namespace {

// Those who change these files read them first under the lock of the file.
RelativePath lock_of(const RelativePath& path) {
  if (path == layout::schedules()) return layout::schedules_lock();
  if (path == layout::memory()) return layout::memory_lock();
  if (path == layout::todo()) return layout::todo_lock();
  return layout::files_lock();
}

Status check_kind(FileSystem& files, const RelativePath& path) {
  LOOP_TRY(const auto info, files.info(path));
  if (!info || info->kind == FileKind::regular) return {};
  return Error(Errc::invalid_argument,
               fmt::format("{} is {}; only regular files are written", shown(path),
                           info->kind == FileKind::directory ? "a directory" : "no regular file"));
}

}  // namespace

Result<WriteTarget> WriteTarget::open(const OperationContext& context, const FileGuard& guard,
                                      const RelativePath& path) {
  const EngineContext& services = context.services;
  LOOP_TRY(RelativePath real, resolve_new(services.files, path));
  LOOP_TRY_VOID(guard.check_writing(real));
  LOOP_TRY_VOID(check_kind(services.files, real));
  LOOP_TRY_VOID(make_directories(services.files, layout::locks()));
  LOOP_TRY(FileLock lock, FileLock::acquire(services.files, services.clock, lock_of(real)));
  // Links may have been changed while we waited.
  LOOP_TRY(const RelativePath again, resolve_new(services.files, path));
  if (again == real) return WriteTarget(context, std::move(real), std::move(lock));
  return Error(Errc::conflict,
               fmt::format("{} was led elsewhere by another program meanwhile", shown(path)));
}

Result<std::optional<std::string>> WriteTarget::look() {
  LOOP_TRY(auto content, read_file_if_exists(context_->services.files, path_));
  if (!content) return std::optional<std::string>();
  seen_ = content->stamp;
  return std::optional(std::move(content->bytes));
}

Status WriteTarget::notice() {
  LOOP_TRY(const auto info, context_->services.files.info(path_));
  if (info) seen_ = stamp_of(*info);
  return {};
}

Result<std::optional<Backup>> WriteTarget::back_up() {
  const EngineContext& services = context_->services;
  BackupStore backups(services.files, services.clock, services.random);
  auto made = backups.make(path_);
  if (made) return std::optional(std::move(*made));
  if (made.error().code() == Errc::not_found) return std::optional<Backup>();
  return std::move(made).error();
}

Status WriteTarget::make_parent() {
  if (path_.parent().empty()) return {};
  LOOP_TRY(const RelativePath parent, RelativePath::parse(path_.parent()));
  return make_directories(context_->services.files, parent);
}

Status WriteTarget::replace(std::string_view content) {
  const EngineContext& services = context_->services;
  // Keeps away those who append under the file's own lock.
  LOOP_TRY(const auto held, FileHold::acquire(services.files, services.clock, path_));
  ReplaceOptions options;
  options.expected = seen_;
  LOOP_TRY_VOID(replace_file(services.files, services.random, path_, content, options));
  return {};
}

Result<std::uint64_t> WriteTarget::append(std::string_view bytes) {
  const EngineContext& services = context_->services;
  LOOP_TRY(FileHold held, FileHold::acquire_or_create(services.files, services.clock, path_));
  if (seen_) {
    LOOP_TRY(const auto present, services.files.info(path_));
    if (!present || stamp_of(*present) != *seen_) {
      return Error(
          Errc::conflict,
          fmt::format("{} was changed by another program since it was read", shown(path_)));
    }
  }
  LOOP_TRY(const FileInfo info, held.append(bytes));
  return info.size_bytes;
}

}  // namespace loop::ops
