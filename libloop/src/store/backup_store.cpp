// SPDX-License-Identifier: MIT
// Making, listing and restoring verified copies.
#include "loop/store/backup_store.h"

#include "loop/base/sha256.h"
#include "loop/store/file_lock.h"
#include "loop/store/layout.h"
#include "store/backup_name.hpp"
#include "store/file_io.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace loop {

namespace {

constexpr std::size_t kDigestDigits = 64;

RelativePath hash_path(const RelativePath& copy) {
  return sibling(copy, std::string(copy.name()) + std::string(kHashSuffix));
}

// A line of sha256sum: digest, two spaces, name.
std::optional<std::string> parse_hash_line(std::string_view text, std::string_view name) {
  if (text.size() <= kDigestDigits) return std::nullopt;
  const std::string_view digest = text.substr(0, kDigestDigits);
  if (digest.find_first_not_of("0123456789abcdef") != std::string_view::npos) return std::nullopt;
  if (text.substr(kDigestDigits) != fmt::format("  {}\n", name)) return std::nullopt;
  return std::string(digest);
}

// One copy as the directory shows it; nothing when its hash file is missing or unreadable.
Result<std::optional<Backup>> look_at(FileSystem& files, const RelativePath& source,
                                      const RelativePath& copy, Instant made) {
  LOOP_TRY(const auto info, files.info(copy));
  LOOP_TRY(const auto hash, read_file_if_exists(files, hash_path(copy)));
  if (!info || info->kind != FileKind::regular || !hash) return std::optional<Backup>();
  auto digest = parse_hash_line(hash->bytes, copy.name());
  if (!digest) return std::optional<Backup>();
  return std::optional(Backup{copy, source, made, std::move(*digest), info->size_bytes});
}

// Every copy in the folder of a source, whole or not, newest first.
Result<std::vector<BackupName>> names_of(FileSystem& files, const RelativePath& source) {
  std::vector<BackupName> names;
  auto entries = files.list(backup_directory(source));
  if (!entries && entries.error().code() == Errc::not_found) return names;
  if (!entries) return std::move(entries).error();
  for (const DirectoryEntry& entry : *entries) {
    if (auto name = parse_backup_name(entry.name)) names.push_back(std::move(*name));
  }
  std::sort(names.begin(), names.end(), [](const BackupName& left, const BackupName& right) {
    return left.made != right.made ? left.made > right.made : left.text > right.text;
  });
  return names;
}

// The content, if it is what the hash says.
Result<std::string> read_verified(FileSystem& files, const Backup& backup) {
  LOOP_TRY(FileContent content, read_file(files, backup.path));
  if (sha256_hex(content.bytes) == backup.sha256) return std::move(content.bytes);
  return Error(Errc::invalid_data, fmt::format("backup {} is damaged: its SHA-256 is not {}",
                                               shown(backup.path), backup.sha256));
}

Result<Backup> write_copy(FileSystem& files, RandomSource& random, const RelativePath& source,
                          const std::string& content, Instant made) {
  const std::string digest = sha256_hex(content);
  const RelativePath copy = backup_directory(source) / format_backup_name(made, digest);
  const ReplaceOptions options{.expected = std::nullopt, .permissions = 0600};
  LOOP_TRY_VOID(make_directories(files, backup_directory(source)));
  LOOP_TRY_VOID(replace_file(files, random, copy, content, options));
  Backup backup{copy, source, made, digest, content.size()};
  // Read back before the hash file makes it count.
  if (auto verified = read_verified(files, backup); !verified) {
    static_cast<void>(files.remove(copy).has_value());
    return std::move(verified).error();
  }
  const std::string line = fmt::format("{}  {}\n", digest, copy.name());
  LOOP_TRY_VOID(replace_file(files, random, hash_path(copy), line, options));
  return backup;
}

// Removes what is older than the `keep_count` newest whole copies. A copy whose hash file got lost
// goes with the whole ones of its age.
Status remove_old(FileSystem& files, const RelativePath& source, std::size_t keep_count) {
  LOOP_TRY(const auto names, names_of(files, source));
  std::size_t kept = 0;
  for (const BackupName& name : names) {
    const RelativePath copy = backup_directory(source) / name.text;
    if (kept < keep_count) {
      LOOP_TRY(const auto backup, look_at(files, source, copy, name.made));
      if (backup) ++kept;
      continue;
    }
    // The hash file first: a copy without one is no backup, a hash without its copy is litter.
    for (const RelativePath& path : {hash_path(copy), copy}) {
      const auto removed = files.remove(path);
      if (!removed && removed.error().code() != Errc::not_found) return removed;
    }
  }
  return {};
}

}  // namespace

BackupStore::BackupStore(FileSystem& files, Clock& clock, RandomSource& random,
                         BackupOptions options)
    : files_(files), clock_(clock), random_(random), options_(options) {
  options_.keep_count = std::max<std::size_t>(options_.keep_count, 1);
}

Result<Backup> BackupStore::make(const RelativePath& source) {
  LOOP_TRY(const FileLock guard, FileLock::acquire(files_, clock_, layout::backups_lock()));
  LOOP_TRY(const FileContent content, read_file(files_, source));
  LOOP_TRY(const auto present, list(source));
  if (!present.empty() && present.front().sha256 == sha256_hex(content.bytes)) {
    // Only if its bytes are still good, which its hash file cannot know.
    if (read_verified(files_, present.front())) return present.front();
  }
  LOOP_TRY(const auto names, names_of(files_, source));
  // Later than every name in the folder, also when the clock was set back or stands still: so the
  // order of names is the order of making, and no name is used twice.
  Instant made = clock_.now();
  if (!names.empty()) made = std::max(made, names.front().made + Duration{1});
  auto backup = write_copy(files_, random_, source, content.bytes, made);
  if (!backup) {
    return std::move(backup).error().with_context(fmt::format("back up {}", shown(source)));
  }
  // The copy is safe; that an old one could not be removed is no reason to refuse the change that
  // it protects.
  static_cast<void>(remove_old(files_, source, options_.keep_count).has_value());
  return backup;
}

Result<std::vector<Backup>> BackupStore::list(const RelativePath& source) {
  LOOP_TRY(const auto names, names_of(files_, source));
  std::vector<Backup> backups;
  for (const BackupName& name : names) {
    LOOP_TRY(auto backup, look_at(files_, source, backup_directory(source) / name.text, name.made));
    if (backup) backups.push_back(std::move(*backup));
  }
  return backups;
}

Result<std::string> BackupStore::read(const Backup& backup) {
  return read_verified(files_, backup);
}

Result<Backup> BackupStore::restore(const RelativePath& source,
                                    const std::optional<RelativePath>& from,
                                    bool (*accept)(std::string_view content)) {
  LOOP_TRY(const auto backups, list(source));
  for (const Backup& backup : backups) {
    if (from && backup.path != *from) continue;
    auto content = read_verified(files_, backup);
    if (!content && from) return std::move(content).error();
    if (!content || (accept != nullptr && !accept(*content))) continue;

    const auto saved = make(source);
    if (!saved && saved.error().code() != Errc::not_found) return saved;
    LOOP_TRY_VOID(replace_file(files_, random_, source, *content));
    return backup;
  }
  return Error(Errc::not_found,
               from ? fmt::format("{} is no backup of {}", shown(*from), shown(source))
                    : fmt::format("there is no usable backup of {}", shown(source)));
}

}  // namespace loop
