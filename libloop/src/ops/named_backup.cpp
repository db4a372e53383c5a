// SPDX-License-Identifier: MIT
// Making, keeping and reading named copies.
#include "ops/named_backup.hpp"

#include "loop/base/sha256.h"
#include "loop/store/file_content.h"
#include "loop/store/file_creation.h"
#include "loop/store/file_lock.h"
#include "loop/store/layout.h"
#include "ops/backup_note.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace loop::ops {

namespace {

constexpr std::string_view kNoteSuffix = ".sha256";
constexpr std::uint64_t kNoteBytesMax = 64 * 1024;
constexpr int kNumberMax = 1000;
constexpr std::uint32_t kPermissions = 0600;

Result<RelativePath> note_path(const RelativePath& copy) {
  return RelativePath::parse(copy.str() + std::string(kNoteSuffix));
}

// "20251101T063800.123Z": sorts by time and has no colon.
std::string compact_time(Instant time) {
  std::string text = format_instant(time);
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text;
}

std::string stem_of(const BackupPlace& place, Instant now) {
  return place.has_timestamp ? fmt::format("{}.{}", place.name, compact_time(now)) : place.name;
}

// Under the first name that is free, its hash file included.
Result<RelativePath> create_copy(FileSystem& files, const BackupPlace& place,
                                 std::string_view content, Instant now) {
  const std::string stem = stem_of(place, now);
  for (int number = 1; number <= kNumberMax; ++number) {
    const std::string name = number == 1 ? stem : fmt::format("{}-{}", stem, number);
    LOOP_TRY(const RelativePath copy,
             RelativePath::parse(fmt::format("{}/{}", place.directory.str(), name)));
    LOOP_TRY(const RelativePath note, note_path(copy));
    LOOP_TRY(const auto has_note, files.info(note));
    if (has_note) continue;
    auto created = create_file(files, copy, content, kPermissions);
    if (created) return copy;
    if (created.error().code() != Errc::already_exists) return std::move(created).error();
  }
  return Error(Errc::conflict, fmt::format("{}/{} and {} numbered names are taken",
                                           shown(place.directory), stem, kNumberMax - 1));
}

struct KeptCopy {
  RelativePath path;
  Instant made;
};

// The copies of `source` in `directory` under the name `series`, newest first.
Result<std::vector<KeptCopy>> copies_of(FileSystem& files, const RelativePath& source,
                                        const BackupPlace& place) {
  std::vector<KeptCopy> copies;
  LOOP_TRY(const auto entries, files.list(place.directory));
  for (const DirectoryEntry& entry : entries) {
    const std::string_view name = entry.name;
    if (!name.starts_with(place.name) || !name.ends_with(kNoteSuffix)) continue;
    const auto path = RelativePath::parse(fmt::format("{}/{}", place.directory.str(), name));
    if (!path) continue;
    const auto content = read_file(files, *path, kNoteBytesMax);
    const auto note = content ? parse_backup_note(content->bytes) : std::nullopt;
    const std::string_view copy = name.substr(0, name.size() - kNoteSuffix.size());
    if (!note || !note->made || note->name != copy || note->source != source.str() ||
        note->series != place.name) {
      continue;
    }
    copies.push_back(
        {RelativePath::of(fmt::format("{}/{}", place.directory.str(), copy)), *note->made});
  }
  std::ranges::sort(copies, [](const KeptCopy& left, const KeptCopy& right) {
    if (left.made != right.made) return left.made > right.made;
    // "x-2" was made after "x", and "x-10" after "x-9".
    const std::size_t left_size = left.path.str().size();
    const std::size_t right_size = right.path.str().size();
    return left_size != right_size ? left_size > right_size : left.path > right.path;
  });
  return copies;
}

Status remove_old(FileSystem& files, const RelativePath& source, const BackupPlace& place,
                  std::size_t keep_count) {
  LOOP_TRY(const auto copies, copies_of(files, source, place));
  for (std::size_t i = keep_count; i < copies.size(); ++i) {
    // The note first: a copy without one is no backup, a note without its copy is litter.
    LOOP_TRY(const RelativePath note, note_path(copies[i].path));
    LOOP_TRY_VOID(files.remove(note));
    LOOP_TRY_VOID(files.remove(copies[i].path));
  }
  return {};
}

Error no_backup(const RelativePath& copy, std::string_view why) {
  return Error(Errc::not_found, fmt::format("{} {}", shown(copy), why));
}

}  // namespace

Result<Backup> make_named_backup(const OperationContext& context, const RelativePath& source,
                                 std::string_view content, const BackupPlace& place,
                                 std::size_t keep_count) {
  const EngineContext& services = context.services;
  const Instant now = context.now();
  LOOP_TRY_VOID(make_directories(services.files, place.directory));
  LOOP_TRY(const FileLock lock,
           FileLock::acquire(services.files, services.clock, layout::backups_lock()));
  LOOP_TRY(const RelativePath copy, create_copy(services.files, place, content, now));
  Backup backup{copy, source, now, sha256_hex(content), content.size()};
  LOOP_TRY(const FileContent again, read_file(services.files, copy));
  if (again.bytes != content) {
    static_cast<void>(services.files.remove(copy).has_value());
    return Error(Errc::io, fmt::format("{} does not read back as it was written", shown(copy)));
  }
  // Only with its note it counts.
  LOOP_TRY(const RelativePath note, note_path(copy));
  LOOP_TRY_VOID(create_file(services.files, note,
                            format_backup_note({.sha256 = backup.sha256,
                                                .name = std::string(copy.name()),
                                                .source = source.str(),
                                                .series = place.name,
                                                .made = backup.made}),
                            kPermissions));
  // The copy is safe; that an old one could not be removed is no reason to say otherwise.
  static_cast<void>(remove_old(services.files, source, place, keep_count).has_value());
  return backup;
}

Result<std::string> read_named_backup(const OperationContext& context, const FileGuard& guard,
                                      const RelativePath& source, const RelativePath& copy) {
  FileSystem& files = context.services.files;
  LOOP_TRY(const OpenedFile opened, guard.open(copy));
  LOOP_TRY(const RelativePath path, note_path(opened.path));
  LOOP_TRY(const auto text, read_file_if_exists(files, path, kNoteBytesMax));
  if (!text) {
    return no_backup(copy, fmt::format("has no hash beside it ({}): it is no backup", shown(path)));
  }
  const auto note = parse_backup_note(text->bytes);
  if (!note || note->name != opened.path.name()) {
    return no_backup(copy, fmt::format("is no backup: {} is not its hash", shown(path)));
  }
  const bool is_in_store = opened.path.str().starts_with(layout::backups().str() + "/");
  if (note->source ? *note->source != source.str() : is_in_store) {
    return no_backup(copy, fmt::format("is no backup of {}", shown(source)));
  }
  LOOP_TRY(std::string content, read_bytes(context, *opened.file, 0, kReadBytesMax + 1));
  if (content.size() > kReadBytesMax) {
    return Error(Errc::too_large,
                 fmt::format("{} has more than {} bytes", shown(copy), kReadBytesMax));
  }
  if (sha256_hex(content) == note->sha256) return content;
  return Error(Errc::invalid_data, fmt::format("backup {} is damaged: its SHA-256 is not {}",
                                               shown(copy), note->sha256));
}

}  // namespace loop::ops
