// SPDX-License-Identifier: MIT
// Making, listing and removing checkpoints.
#include "loop/store/checkpoint_store.h"

#include "loop/base/sha256.h"
#include "loop/base/text.h"
#include "loop/store/file_lock.h"
#include "loop/store/layout.h"
#include "store/backup_name.hpp"
#include "store/file_io.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace loop {

namespace {

constexpr std::string_view kSums = "SHA256SUMS";
constexpr std::size_t kDigestDigits = 64;
constexpr std::uint64_t kSumsBytesMax = 1024 * 1024;
constexpr Duration kUnfinishedAge = std::chrono::hours{1};
constexpr std::uint32_t kPermissions = 0600;

RelativePath copy_path(const RelativePath& checkpoint, const RelativePath& source) {
  return RelativePath::of(checkpoint.str() + "/" + source.str());
}

// Of all folders with the name of a checkpoint, finished or not; newest first.
Result<std::vector<BackupName>> names(FileSystem& files) {
  std::vector<BackupName> found;
  auto entries = files.list(layout::checkpoints());
  if (!entries && entries.error().code() == Errc::not_found) return found;
  if (!entries) return std::move(entries).error();
  for (const DirectoryEntry& entry : *entries) {
    if (entry.kind != FileKind::directory) continue;
    if (auto name = parse_backup_name(entry.name)) found.push_back(std::move(*name));
  }
  std::ranges::sort(found, [](const BackupName& left, const BackupName& right) {
    return left.made != right.made ? left.made > right.made : left.text > right.text;
  });
  return found;
}

// A line of sha256sum: digest, two spaces, path.
std::optional<CheckpointFile> parse_line(const RelativePath& checkpoint, std::string_view line) {
  if (line.size() <= kDigestDigits + 2) return std::nullopt;
  const std::string_view digest = line.substr(0, kDigestDigits);
  if (digest.find_first_not_of("0123456789abcdef") != std::string_view::npos) return std::nullopt;
  if (line.substr(kDigestDigits, 2) != "  ") return std::nullopt;
  auto source = RelativePath::parse(line.substr(kDigestDigits + 2));
  if (!source) return std::nullopt;
  RelativePath copy = copy_path(checkpoint, *source);
  return CheckpointFile{std::move(*source), std::move(copy), std::string(digest)};
}

Result<std::optional<Checkpoint>> look_at(FileSystem& files, const BackupName& name) {
  Checkpoint found{layout::checkpoints() / name.text, name.made, {}};
  LOOP_TRY(const auto sums, read_file_if_exists(files, found.path / kSums, kSumsBytesMax));
  if (!sums || !sums->bytes.ends_with('\n')) return std::optional<Checkpoint>();
  for (const std::string_view line : split_lines(sums->bytes)) {
    auto file = parse_line(found.path, line);
    if (!file) return std::optional<Checkpoint>();
    found.files.push_back(std::move(*file));
  }
  return std::optional(std::move(found));
}

std::string format_sums(const std::vector<CheckpointFile>& files) {
  std::string text;
  for (const CheckpointFile& file : files) {
    text += fmt::format("{}  {}\n", file.sha256, file.source.str());
  }
  return text;
}

Status remove_tree(FileSystem& files, const RelativePath& folder) {
  auto entries = files.list(folder);
  if (!entries && entries.error().code() == Errc::not_found) return {};
  if (!entries) return std::move(entries).error();
  for (const DirectoryEntry& entry : *entries) {
    LOOP_TRY(const RelativePath path, RelativePath::parse(folder.str() + "/" + entry.name));
    LOOP_TRY_VOID(entry.kind == FileKind::directory ? remove_tree(files, path)
                                                    : files.remove(path));
  }
  return files.remove_directory(folder);
}

}  // namespace

CheckpointStore::CheckpointStore(FileSystem& files, Clock& clock, RandomSource& random,
                                 CheckpointOptions options)
    : files_(files), clock_(clock), random_(random), options_(options) {
  options_.keep_count = std::max<std::size_t>(options_.keep_count, 1);
}

Result<std::optional<Checkpoint>> CheckpointStore::make(std::span<const RelativePath> sources) {
  LOOP_TRY(const FileLock guard, FileLock::acquire(files_, clock_, layout::backups_lock()));
  std::vector<RelativePath> sorted(sources.begin(), sources.end());
  std::ranges::sort(sorted);
  std::vector<CheckpointFile> present;
  std::vector<std::string> contents;
  for (const RelativePath& source : sorted) {
    LOOP_TRY(auto content, read_file_if_exists(files_, source));
    if (!content) continue;
    present.push_back({source, source, sha256_hex(content->bytes)});
    contents.push_back(std::move(content->bytes));
  }
  if (present.empty()) return std::optional<Checkpoint>();

  const std::string sums = format_sums(present);
  LOOP_TRY(const auto newest, list());
  if (!newest.empty() && format_sums(newest.front().files) == sums) {
    // Only if its bytes are still good, which SHA256SUMS cannot know.
    const bool is_sound = std::ranges::all_of(
        newest.front().files, [&](const CheckpointFile& file) { return read(file).has_value(); });
    if (is_sound) return std::optional(newest.front());
  }
  LOOP_TRY(const auto used, names(files_));
  // Later than every name, also when the clock was set back: the order of names is that of making.
  Instant made = clock_.now();
  if (!used.empty()) made = std::max(made, used.front().made + Duration{1});
  auto checkpoint = write(present, made, contents, sums);
  if (!checkpoint) return std::move(checkpoint).error().with_context("make a checkpoint");
  // It is safe; that an old one could not be removed is no reason to say otherwise.
  static_cast<void>(remove_old().has_value());
  return std::optional(std::move(*checkpoint));
}

Result<Checkpoint> CheckpointStore::write(const std::vector<CheckpointFile>& files, Instant made,
                                          std::span<const std::string> contents,
                                          const std::string& sums) {
  const RelativePath path = layout::checkpoints() / format_backup_name(made, sha256_hex(sums));
  Checkpoint checkpoint{path, made, files};
  const ReplaceOptions options{.expected = std::nullopt, .permissions = kPermissions};
  const auto write_all_files = [&]() -> Status {
    for (std::size_t i = 0; i < files.size(); ++i) {
      CheckpointFile& file = checkpoint.files[i];
      file.copy = copy_path(path, file.source);
      if (const auto parent = parent_of(file.copy)) {
        LOOP_TRY_VOID(make_directories(files_, *parent));
      }
      LOOP_TRY_VOID(replace_file(files_, random_, file.copy, contents[i], options));
      LOOP_TRY_VOID(read(file));
    }
    // Only with its sums it counts.
    LOOP_TRY_VOID(replace_file(files_, random_, path / kSums, sums, options));
    return {};
  };
  if (const Status done = write_all_files(); !done) {
    static_cast<void>(remove(path).has_value());
    return done.error();
  }
  return checkpoint;
}

Result<std::vector<Checkpoint>> CheckpointStore::list() {
  LOOP_TRY(const auto found, names(files_));
  std::vector<Checkpoint> checkpoints;
  for (const BackupName& name : found) {
    LOOP_TRY(auto checkpoint, look_at(files_, name));
    if (checkpoint) checkpoints.push_back(std::move(*checkpoint));
  }
  return checkpoints;
}

Result<std::string> CheckpointStore::read(const CheckpointFile& file) {
  LOOP_TRY(FileContent content, read_file(files_, file.copy));
  if (sha256_hex(content.bytes) == file.sha256) return std::move(content.bytes);
  return Error(Errc::invalid_data,
               fmt::format("{} is damaged: its SHA-256 is not {}", shown(file.copy), file.sha256));
}

Result<std::vector<RelativePath>> CheckpointStore::find_unfinished() {
  LOOP_TRY(const auto found, names(files_));
  std::vector<RelativePath> unfinished;
  for (const BackupName& name : found) {
    const RelativePath path = layout::checkpoints() / name.text;
    LOOP_TRY(const auto sums, files_.info(path / kSums));
    if (!sums && clock_.now() - name.made > kUnfinishedAge) unfinished.push_back(path);
  }
  return unfinished;
}

Status CheckpointStore::remove(const RelativePath& checkpoint) {
  // The sums first: what is left of an interrupted removal is no checkpoint.
  const auto removed = files_.remove(checkpoint / kSums);
  if (!removed && removed.error().code() != Errc::not_found) return removed;
  return remove_tree(files_, checkpoint);
}

Status CheckpointStore::remove_old() {
  LOOP_TRY(const auto checkpoints, list());
  for (std::size_t i = options_.keep_count; i < checkpoints.size(); ++i) {
    LOOP_TRY_VOID(remove(checkpoints[i].path));
  }
  return {};
}

}  // namespace loop
