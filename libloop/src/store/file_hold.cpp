// SPDX-License-Identifier: MIT
// Locking a file that others may replace, and appending to it.
#include "loop/store/file_hold.h"

#include "store/file_io.hpp"
#include "store/lock_wait.hpp"

#include <fmt/format.h>

namespace loop {

namespace {

constexpr int kReopensMax = 64;
constexpr int kWholeWritesMax = 2;

// Whether `path`, which has no links, still names the open file.
Result<bool> is_current(FileSystem& files, OpenFile& file, const RelativePath& path) {
  LOOP_TRY(const FileInfo held, file.info());
  LOOP_TRY(const auto present, files.info(path));
  return present && present->inode == held.inode && present->device == held.device;
}

}  // namespace

Result<FileHold> FileHold::acquire(FileSystem& files, Clock& clock, const RelativePath& path,
                                   Creation creation, Duration limit) {
  for (int tries = 0; tries < kReopensMax; ++tries) {
    LOOP_TRY(auto file, files.open(path, {Access::append, creation, 0644}));
    LOOP_TRY(RelativePath target, files.resolve(path));
    LOOP_TRY(const bool is_held, wait_for_lock(*file, clock, limit));
    if (!is_held) {
      return Error(Errc::locked, fmt::format("{} is locked by another process; waited {}",
                                             shown(path), format_duration(limit)));
    }
    LOOP_TRY(const bool is_same, is_current(files, *file, target));
    if (is_same) return FileHold(files, std::move(file), std::move(target));
  }
  return Error(Errc::conflict,
               fmt::format("{} is replaced again and again by another program", shown(path)));
}

Result<std::optional<FileHold>> FileHold::acquire(FileSystem& files, Clock& clock,
                                                  const RelativePath& path, Duration limit) {
  auto held = acquire(files, clock, path, Creation::must_exist, limit);
  if (held) return std::optional(std::move(*held));
  if (held.error().code() == Errc::not_found) return std::optional<FileHold>();
  return std::move(held).error();
}

Result<FileHold> FileHold::acquire_or_create(FileSystem& files, Clock& clock,
                                             const RelativePath& path, Duration limit) {
  return acquire(files, clock, path, Creation::if_absent, limit);
}

// In one write, so that a process killed at any moment leaves all or nothing of it.
Status FileHold::write_durably(std::string_view bytes, std::uint64_t old_size) {
  for (int tries = 1;; ++tries) {
    LOOP_TRY(const std::size_t written, write_once(*file_, bytes));
    if (written == bytes.size()) break;
    if (tries == kWholeWritesMax) {
      return Error(Errc::no_space, fmt::format("write {}: only {} of {} bytes could be written",
                                               shown(path_), written, bytes.size()));
    }
    LOOP_TRY_VOID(file_->truncate(old_size));
  }
  LOOP_TRY_VOID(sync_data(*file_));
  // Also of a file that was there: whoever made it may have died before this.
  return files_->sync_directory(parent_of(path_));
}

Result<FileInfo> FileHold::append(std::string_view bytes) {
  LOOP_TRY(const FileInfo before, file_->info());
  auto written = bytes.empty() ? Status() : write_durably(bytes, before.size_bytes);
  if (written) return file_->info();
  auto cut = file_->truncate(before.size_bytes);
  if (cut) cut = sync_data(*file_);
  if (cut) return std::move(written).error().with_context("nothing was appended");
  return std::move(written).error().with_context(
      fmt::format("the append is not acknowledged and could not be taken back either ({})",
                  cut.error().message()));
}

}  // namespace loop
