// SPDX-License-Identifier: MIT
// The memory file on disk: locked changes, the archive before the file, other writers noticed.
#include "loop/domain/memory_book.h"

#include <fmt/format.h>

#include "domain/memory_layout.hpp"
#include "loop/store/append_log.h"
#include "loop/store/file_content.h"
#include "loop/store/file_lock.h"
#include "loop/store/layout.h"

namespace loop {

namespace {

// How often a change by another program is answered by beginning again.
constexpr int kAttemptsMax = 5;

RelativePath archive_file_of(Instant now) {
  return layout::memory_archive() / (format_instant(now).substr(0, 10) + ".md");
}

// A log of lines takes no NUL; Markdown has U+FFFD in its place.
std::string without_nul(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (c == '\0') {
      out += "\xef\xbf\xbd";
    } else {
      out += c;
    }
  }
  return out;
}

// A file that is not there yet is made empty first, so that one which another program makes at the
// same moment is noticed and not replaced.
Result<FileStamp> create_empty(FileSystem& files, const RelativePath& path) {
  auto file = files.open(path, {.access = Access::append, .creation = Creation::must_not_exist});
  if (!file && file.error().code() == Errc::already_exists) {
    return Error(Errc::conflict, fmt::format("{} was made by someone else meanwhile", path.str()));
  }
  if (!file) return std::move(file).error();
  LOOP_TRY(const FileInfo info, (*file)->info());
  return stamp_of(info);
}

}  // namespace

MemoryBook::MemoryBook(FileSystem& files, Clock& clock, RandomSource& random, Log& log)
    : files_(files), clock_(clock), random_(random), log_(log) {}

Result<std::string> MemoryBook::read_text() {
  LOOP_TRY(auto content, read_file_if_exists(files_, layout::memory(), kMemoryFileBytesMax));
  return content ? std::move(content->bytes) : std::string{};
}

Result<MemoryText> MemoryBook::read() {
  LOOP_TRY(const std::string text, read_text());
  return parse_memory(text);
}

Result<MemoryAppend> MemoryBook::append(const MemoryNote& note, OnMemoryLimit on_limit,
                                        std::size_t keep_of_category,
                                        std::string_view unless_contains) {
  const auto add = [&](std::string_view text) {
    return add_note(text, note, on_limit, keep_of_category);
  };
  return edit(add, unless_contains);
}

Result<MemoryAppend> MemoryBook::compact() {
  return edit([](std::string_view text) { return compact_memory(text); }, {});
}

Result<MemoryAppend> MemoryBook::edit(const Change& change, std::string_view unless_contains) {
  LOOP_TRY_VOID(make_directories(files_, layout::locks()));
  LOOP_TRY(const auto lock, FileLock::acquire(files_, clock_, layout::memory_lock()));
  auto done = edit_once(change, unless_contains);
  for (int attempt = 1; attempt < kAttemptsMax; ++attempt) {
    if (done || done.error().code() != Errc::conflict) break;
    log_.warning(fmt::format("{}; reading it again", done.error().message()));
    done = edit_once(change, unless_contains);
  }
  return done;
}

Result<MemoryAppend> MemoryBook::edit_once(const Change& change, std::string_view unless_contains) {
  const RelativePath path = layout::memory();
  LOOP_TRY(const auto old, read_file_if_exists(files_, path, kMemoryFileBytesMax));
  const std::string_view text = old ? std::string_view(old->bytes) : std::string_view{};
  MemoryAppend done;
  LOOP_TRY(const bool is_repeated, contains(text, unless_contains));
  if (is_repeated) {
    done.line_count = parse_memory(text).line_count;
    return done;
  }

  LOOP_TRY(MemoryChange next, change(text));
  done.line_count = parse_memory(next.text).line_count;
  done.archived = std::move(next.archived);
  if (next.text == text) return done;
  if (!next.archived_text.empty()) {
    LOOP_TRY(done.archive_file, archive(next.archived_text));
  }
  ReplaceOptions options;
  if (old) {
    options.expected = old->stamp;
  } else {
    LOOP_TRY(options.expected, create_empty(files_, path));
  }
  LOOP_TRY_VOID(replace_file(files_, random_, path, next.text, options));
  return done;
}

// In the file, or in the archive of today. Nothing is contained nowhere.
Result<bool> MemoryBook::contains(std::string_view memory, std::string_view wanted) {
  if (wanted.empty()) return false;
  if (memory.find(wanted) != std::string_view::npos) return true;
  LOOP_TRY(const auto archived, read_file_if_exists(files_, archive_file_of(clock_.now())));
  return archived && archived->bytes.find(wanted) != std::string::npos;
}

// Durable before it returns. After a crash between this and the change of the memory file the same
// entries come again: those that stand in today's archive already are not written twice.
Result<std::string> MemoryBook::archive(const std::string& moved) {
  const std::string text = without_nul(moved);
  LOOP_TRY_VOID(make_directories(files_, layout::memory_archive()));
  AppendLog log(files_, clock_, log_, archive_file_of(clock_.now()), AppendLogOptions{});
  // What a power cut left of an archiving that was not acknowledged.
  LOOP_TRY_VOID(log.repair());
  const auto unless_present = [&](std::string_view present) -> Result<std::string> {
    return present.find(text) == std::string_view::npos ? text : std::string{};
  };
  LOOP_TRY_VOID(log.append_after(0, unless_present));
  return log.path().str();
}

}  // namespace loop
