// SPDX-License-Identifier: MIT
// Whole reads and durable replacement.
#include "loop/store/file_content.h"

#include "loop/base/text.h"
#include "store/file_io.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>

namespace loop {

namespace {

constexpr std::ptrdiff_t kNewDirectoryDepthMax = 100;
constexpr std::string_view kTemporaryMark = ".loop-tmp-";
constexpr std::size_t kTemporaryDigits = 16;
// Of the replaced file's name, so that the temporary one stays below 255 bytes.
constexpr std::size_t kTemporaryStemBytesMax = 200;

Error too_large(const RelativePath& path, std::uint64_t size, std::uint64_t bytes_max) {
  return Error(Errc::too_large, fmt::format("{} has {}{} bytes; the limit is {}", shown(path),
                                            size > bytes_max ? "" : "more than ", size, bytes_max));
}

RelativePath temporary_beside(const RelativePath& target, RandomSource& random) {
  std::array<std::byte, kTemporaryDigits / 2> raw{};
  random.fill(raw);
  std::string name = ".";
  name += target.name().substr(0, kTemporaryStemBytesMax);
  name += kTemporaryMark;
  for (const std::byte byte : raw) {
    fmt::format_to(std::back_inserter(name), "{:02x}", std::to_integer<unsigned>(byte));
  }
  return sibling(target, name);
}

// A temporary file that is removed unless it took the target's place.
class Replacement {
 public:
  Replacement(FileSystem& files, RelativePath target, RelativePath temporary)
      : files_(files), target_(std::move(target)), temporary_(std::move(temporary)) {}
  Replacement(const Replacement&) = delete;
  Replacement& operator=(const Replacement&) = delete;
  ~Replacement() {
    // What cannot be removed now, recovery removes later.
    if (is_present_) static_cast<void>(files_.remove(temporary_).has_value());
  }

  Result<FileStamp> write(std::string_view content, const std::optional<FileInfo>& present,
                          std::uint32_t permissions) {
    const OpenOptions exclusive{Access::read_write, Creation::must_not_exist,
                                present ? 0600u : permissions};
    LOOP_TRY(const auto file, files_.open(temporary_, exclusive));
    is_present_ = true;
    LOOP_TRY_VOID(write_all(*file, content));
    if (present) LOOP_TRY_VOID(keep_attributes(*file, *present));
    LOOP_TRY_VOID(sync(*file));
    LOOP_TRY(const FileInfo info, file->info());
    return stamp_of(info);
  }

  Status take_place() {
    LOOP_TRY_VOID(files_.rename(temporary_, target_));
    is_present_ = false;
    return {};
  }

 private:
  static Status keep_attributes(OpenFile& file, const FileInfo& present) {
    LOOP_TRY(const FileInfo fresh, file.info());
    if (fresh.owner != present.owner || fresh.group != present.group) {
      LOOP_TRY_VOID(file.set_owner(present.owner, present.group));
    }
    // After the owner: a change of owner clears bits of the mode.
    return file.set_permissions(present.permissions);
  }

  FileSystem& files_;
  RelativePath target_;
  RelativePath temporary_;
  bool is_present_ = false;
};

Result<std::optional<FileInfo>> look_at(FileSystem& files, const RelativePath& target,
                                        const std::optional<FileStamp>& expected) {
  LOOP_TRY(auto present, files.info(target));
  if (present && present->kind != FileKind::regular) {
    return Error(Errc::invalid_argument,
                 fmt::format("{} is not a regular file; only those are replaced", shown(target)));
  }
  if (expected && (!present || stamp_of(*present) != *expected)) {
    return Error(Errc::conflict, fmt::format("{} was {} by another program since it was read",
                                             shown(target), present ? "changed" : "removed"));
  }
  return present;
}

Result<FileStamp> replace_target(FileSystem& files, RandomSource& random,
                                 const RelativePath& target, std::string_view content,
                                 const ReplaceOptions& options) {
  LOOP_TRY(const auto present, look_at(files, target, options.expected));
  Replacement replacement(files, target, temporary_beside(target, random));
  LOOP_TRY(const FileStamp stamp, replacement.write(content, present, options.permissions));
  // As late as possible: programs that take no lock may write until the rename.
  if (options.expected) LOOP_TRY_VOID(look_at(files, target, options.expected));
  LOOP_TRY_VOID(replacement.take_place());
  if (auto synced = files.sync_directory(parent_of(target)); !synced) {
    return std::move(synced).error().with_context(
        "the new content is in place, but whether it survives a power cut is unknown");
  }
  return stamp;
}

bool is_lower_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

}  // namespace

Result<FileContent> read_file(FileSystem& files, const RelativePath& path,
                              std::uint64_t bytes_max) {
  LOOP_TRY(const auto file, files.open(path, {}));
  // Taken before reading: a change meanwhile then shows as another stamp later.
  LOOP_TRY(const FileInfo info, file->info());
  if (info.size_bytes > bytes_max) return too_large(path, info.size_bytes, bytes_max);
  // One more than allowed, to see a file that grows or hides its size (as those in /proc do).
  constexpr auto kNoLimit = std::numeric_limits<std::uint64_t>::max();
  LOOP_TRY(std::string bytes,
           read_range(*file, 0, bytes_max == kNoLimit ? kNoLimit : bytes_max + 1));
  if (bytes.size() > bytes_max) return too_large(path, bytes_max, bytes_max);
  return FileContent{std::move(bytes), stamp_of(info)};
}

Result<std::optional<FileContent>> read_file_if_exists(FileSystem& files, const RelativePath& path,
                                                       std::uint64_t bytes_max) {
  auto content = read_file(files, path, bytes_max);
  if (content) return std::optional(std::move(*content));
  if (content.error().code() == Errc::not_found) return std::optional<FileContent>();
  return std::move(content).error();
}

Result<FileStamp> replace_file(FileSystem& files, RandomSource& random, const RelativePath& path,
                               std::string_view content, const ReplaceOptions& options) {
  const auto replaced = [&]() -> Result<FileStamp> {
    LOOP_TRY(const RelativePath target, files.resolve(path));
    return replace_target(files, random, target, content, options);
  };
  auto stamp = replaced();
  if (stamp) return stamp;
  return std::move(stamp).error().with_context(fmt::format("replace {}", shown(path)));
}

Status make_directories(FileSystem& files, const RelativePath& path) {
  LOOP_TRY(const auto present, files.info(path));
  if (present && present->kind == FileKind::directory) return {};
  if (present && present->kind == FileKind::symlink) {
    LOOP_TRY(const RelativePath target, files.resolve(path));
    return make_directories(files, target);
  }
  if (present) {
    return Error(Errc::invalid_argument,
                 fmt::format("make directory {}: a file of that name exists", shown(path)));
  }
  // Each takes two syncs: a path of thousands would keep its caller for minutes.
  const auto depth = 1 + std::ranges::count(path.str(), '/');
  if (depth > kNewDirectoryDepthMax) {
    return Error(Errc::limit_reached,
                 fmt::format("make directory {}: it lies {} directories deep; new ones may lie {}",
                             ellipsize(shown(path), 200), depth, kNewDirectoryDepthMax));
  }
  const auto parent = parent_of(path);
  if (parent) LOOP_TRY_VOID(make_directories(files, *parent));
  const auto made = files.make_directory(path);
  // Another process may have been faster; its directory is made durable here as well.
  if (!made && made.error().code() != Errc::already_exists) return made;
  return files.sync_directory(parent);
}

bool is_temporary_name(std::string_view name) {
  if (name.size() < 1 + kTemporaryMark.size() + kTemporaryDigits || name.front() != '.') {
    return false;
  }
  const std::string_view digits = name.substr(name.size() - kTemporaryDigits);
  name.remove_suffix(kTemporaryDigits);
  return name.ends_with(kTemporaryMark) && std::all_of(digits.begin(), digits.end(), is_lower_hex);
}

}  // namespace loop
