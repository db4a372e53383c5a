// SPDX-License-Identifier: MIT
// Read, change, replace; and again when somebody without our lock was faster.
#include "loop/domain/schedule_store.h"

#include "loop/store/layout.h"

#include "domain/schedule_store_replace.hpp"

#include <fmt/format.h>

namespace loop {

namespace {

constexpr int kMergesMax = 5;
constexpr std::uint64_t kFileBytesMax = 64ull * 1024 * 1024;
// Two versions written within one tick of the file system's clock have one stamp; no file system
// in use ticks slower than this.
constexpr Duration kStampSettles = std::chrono::seconds{2};

Result<ScheduleBook> parse_file(std::string bytes) {
  auto book = ScheduleBook::parse(std::move(bytes));
  if (!book) return std::move(book).error().with_context(layout::schedules().str());
  return book;
}

Result<std::optional<FileStamp>> present_stamp(FileSystem& files) {
  const auto file = files.open(layout::schedules(), {.access = Access::read});
  if (!file && file.error().code() == Errc::not_found) return std::optional<FileStamp>{};
  if (!file) return file.error();
  LOOP_TRY(const auto info, (*file)->info());
  return std::optional(stamp_of(info));
}

// The folder of the locks may be missing: its first user makes it.
Result<FileLock> acquire_lock(FileSystem& files, Clock& clock) {
  auto lock = FileLock::acquire(files, clock, layout::schedules_lock());
  if (lock || lock.error().code() != Errc::not_found) return lock;
  LOOP_TRY_VOID(make_directories(files, layout::locks()));
  return FileLock::acquire(files, clock, layout::schedules_lock());
}

}  // namespace

ScheduleStore::ScheduleStore(FileSystem& files, Clock& clock, RandomSource& random, Log& log)
    : files_(files), clock_(clock), random_(random), log_(log) {}

Result<const ScheduleBook*> ScheduleStore::load() {
  const auto stamp = present_stamp(files_);
  if (!stamp) return fail_or_keep(stamp.error());
  if (book_ && *stamp && stamp_ == *stamp) return &*book_;

  auto content = read_file_if_exists(files_, layout::schedules(), kFileBytesMax);
  if (!content) return fail_or_keep(std::move(content).error());
  if (!*content) {
    keep(*ScheduleBook::parse(ScheduleBook::empty_text()), std::nullopt);
    return &*book_;
  }
  if (book_ && book_->bytes() == (*content)->bytes) {
    keep(*std::move(book_), (*content)->stamp);
    return &*book_;
  }
  auto book = parse_file(std::move((*content)->bytes));
  if (!book) return fail_or_keep(std::move(book).error());
  keep(*std::move(book), (*content)->stamp);
  return &*book_;
}

Result<const ScheduleBook*> ScheduleStore::fail_or_keep(Error error) {
  stamp_.reset();
  if (!problem_ || problem_->message() != error.message()) log_.warning(error.message());
  problem_ = error;
  if (!book_) return error;
  return &*book_;
}

void ScheduleStore::keep(ScheduleBook book, const std::optional<FileStamp>& stamp) {
  if (problem_) log_.info(fmt::format("{} is readable again", layout::schedules().str()));
  problem_.reset();
  ++version_;
  book_ = std::move(book);
  stamp_ = stamp;
  const auto age = std::chrono::nanoseconds(clock_.now().time_since_epoch()) -
                   std::chrono::nanoseconds(stamp ? stamp->modified_ns : 0);
  if (age < kStampSettles) stamp_.reset();
}

Status ScheduleStore::update(const Change& change, BackupBefore backup) {
  last_backup_.reset();
  LOOP_TRY(const auto lock, acquire_lock(files_, clock_));
  return update_locked(change, backup);
}

Status ScheduleStore::update_locked(const Change& change, BackupBefore backup) {
  std::optional<ScheduleBook> unseen;  // an editor's text, over which ours has been put
  std::string ours;
  for (int merges = 0; merges <= kMergesMax; ++merges) {
    LOOP_TRY(auto content, read_file_if_exists(files_, layout::schedules(), kFileBytesMax));
    const std::optional<std::string> seen =
        content ? std::optional(std::move(content->bytes)) : std::nullopt;
    LOOP_TRY(auto present, parse_file(seen.value_or(ScheduleBook::empty_text())));
    if (unseen && present.bytes() != ours) break;  // two programs at once: neither is overwritten
    LOOP_TRY(std::string text, change(unseen ? *unseen : present));
    if (text == present.bytes()) {
      keep(std::move(present), content ? std::optional(content->stamp) : std::nullopt);
      return {};
    }
    auto changed = ScheduleBook::parse(text);
    if (!changed) return std::move(changed).error().with_context("the changed text");

    if (backup == BackupBefore::yes && seen) {
      LOOP_TRY(last_backup_, BackupStore(files_, clock_, random_).make(layout::schedules()));
    }
    LOOP_TRY(const auto outcome, replace_seen(files_, random_, layout::schedules(), seen, text));
    if (!outcome.is_replaced) continue;
    keep(*std::move(changed), outcome.stamp);
    if (!outcome.old_file) return {};
    ours = std::move(text);

    LOOP_TRY(unseen, await_writer(clock_, *outcome.old_file));
    if (!unseen) {
      log_.warning(
          fmt::format("{}: another program began to write while it was replaced and did "
                      "not end; its text is not kept",
                      layout::schedules().str()));
      return {};
    }
  }
  return Error(Errc::conflict, fmt::format("{}: other programs change it all the time; gave up",
                                           layout::schedules().str()));
}

}  // namespace loop
