// SPDX-License-Identifier: MIT
// Lock files.
#include "loop/store/file_lock.h"

#include "loop/store/file_content.h"
#include "store/file_io.hpp"
#include "store/lock_wait.hpp"

#include <fmt/format.h>

#include <unistd.h>

namespace loop {

namespace {

constexpr std::uint64_t kHolderBytesMax = 200;
constexpr int kProbeTriesAtOnce = 100;
constexpr int kProbeTriesMax = kProbeTriesAtOnce + 1000;

Result<std::unique_ptr<OpenFile>> open_lock_file(FileSystem& files, const RelativePath& path) {
  const OpenOptions options{Access::read_write, Creation::if_absent, 0644};
  auto file = files.open(path, options);
  if (file || file.error().code() != Errc::not_found) return file;
  const auto parent = parent_of(path);
  if (parent) LOOP_TRY_VOID(make_directories(files, *parent));
  return files.open(path, options);
}

// For people who wonder who holds it. That this is written matters to nobody's correctness, so a
// failure (full disk) is passed over.
void write_holder(OpenFile& file, Instant now) {
  const std::string text = fmt::format("pid {} since {}\n", getpid(), format_instant(now));
  if (!file.truncate(0)) return;
  static_cast<void>(write_all(file, text).has_value());
}

std::string holder_of(OpenFile& file) {
  const auto text = read_range(file, 0, kHolderBytesMax);
  if (!text || !text->starts_with("pid ") || !text->ends_with('\n')) return "another process";
  return text->substr(0, text->size() - 1);
}

// Someone who only asks `is_held` holds the lock too, shared and for an instant; that must not look
// like a holder. Only a failing shared lock proves one.
Result<bool> try_exclusive(OpenFile& file, Clock& clock) {
  for (int tries = 0; tries < kProbeTriesMax; ++tries) {
    LOOP_TRY(const bool is_held, file.try_lock(LockMode::exclusive));
    if (is_held) return true;
    LOOP_TRY(const bool is_shared, file.try_lock(LockMode::shared));
    if (!is_shared) return false;
    if (tries >= kProbeTriesAtOnce) clock.sleep(Duration{1});
  }
  return false;
}

}  // namespace

Result<FileLock> FileLock::acquire(FileSystem& files, Clock& clock, const RelativePath& path,
                                   Duration limit) {
  LOOP_TRY(auto file, open_lock_file(files, path));
  LOOP_TRY(const bool is_held, wait_for_lock(*file, clock, limit));
  if (!is_held) {
    return Error(Errc::locked, fmt::format("{} is locked by {}; waited {}", shown(path),
                                           holder_of(*file), format_duration(limit)));
  }
  write_holder(*file, clock.now());
  return FileLock(std::move(file));
}

Result<std::optional<FileLock>> FileLock::try_acquire(FileSystem& files, Clock& clock,
                                                      const RelativePath& path) {
  LOOP_TRY(auto file, open_lock_file(files, path));
  LOOP_TRY(const bool is_held, try_exclusive(*file, clock));
  if (!is_held) return std::optional<FileLock>();
  write_holder(*file, clock.now());
  return std::optional<FileLock>(FileLock(std::move(file)));
}

Result<bool> FileLock::is_held(FileSystem& files, const RelativePath& path) {
  auto file = files.open(path, {});
  if (!file && file.error().code() == Errc::not_found) return false;
  if (!file) return std::move(file).error();
  // Shared, so that two who look at once do not take each other for a holder.
  LOOP_TRY(const bool is_free, (*file)->try_lock(LockMode::shared));
  return !is_free;
}

Result<bool> FileLock::is_in_place(FileSystem& files, const RelativePath& path) {
  LOOP_TRY(const auto present, files.info(path));
  LOOP_TRY(const FileInfo own, file_->info());
  return present && present->inode == own.inode && present->device == own.device;
}

}  // namespace loop
