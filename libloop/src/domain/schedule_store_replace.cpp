// SPDX-License-Identifier: MIT
// Editors take no locks. Some replace the file, others (VS Code) truncate it and write it anew: the
// first kind is seen by comparing before the rename, the second also afterwards, in the old file,
// which is held open meanwhile.
#include "domain/schedule_store_replace.hpp"

#include <fmt/format.h>

#include <array>

namespace loop {

namespace {

constexpr std::size_t kChunkBytes = 64 * 1024;
constexpr Duration kWriterPoll = std::chrono::milliseconds{10};
constexpr int kWriterPollsMax = 100;

Result<std::string> read_all(OpenFile& file) {
  std::string bytes;
  std::string chunk(kChunkBytes, '\0');
  for (;;) {
    LOOP_TRY(const auto count, file.read_at(bytes.size(), chunk));
    if (count == 0) return bytes;
    bytes.append(chunk, 0, count);
    if (bytes.size() > kReadBytesMax) {
      return Error(Errc::too_large, fmt::format("more than {} bytes", kReadBytesMax));
    }
  }
}

// As replace_file names its own, so that recovery removes what a crash left.
std::string temporary_name(RandomSource& random, std::string_view name) {
  std::array<std::byte, 8> bytes{};
  random.fill(bytes);
  std::string digits;
  for (const std::byte byte : bytes) digits += fmt::format("{:02x}", static_cast<unsigned>(byte));
  return fmt::format(".{}.loop-tmp-{}", name, digits);
}

// Nothing for the root.
Result<std::optional<RelativePath>> folder_of(const RelativePath& path) {
  if (path.parent().empty()) return std::optional<RelativePath>{};
  LOOP_TRY(auto folder, RelativePath::parse(path.parent()));
  return std::optional(std::move(folder));
}

// A file that did not exist: renamed into place only if it still does not.
Result<ReplaceOutcome> create(FileSystem& files, RandomSource& random, const RelativePath& path,
                              std::string_view text) {
  LOOP_TRY(const auto present_folder, folder_of(path));
  if (present_folder) LOOP_TRY_VOID(make_directories(files, *present_folder));
  // A link may lead to a place where nothing is yet.
  LOOP_TRY(const auto target, files.resolve(path));
  LOOP_TRY(const auto folder, folder_of(target));
  const std::string name = temporary_name(random, target.name());
  const RelativePath temporary = folder ? *folder / name : RelativePath::of(name);

  LOOP_TRY(const auto stamp, replace_file(files, random, temporary, text));
  const auto renamed = files.rename_new(temporary, target);
  if (renamed) {
    LOOP_TRY_VOID(files.sync_directory(folder));
    return ReplaceOutcome{true, stamp, nullptr};
  }
  // The text is nobody's yet; what cannot be removed now, recovery removes later.
  static_cast<void>(files.remove(temporary).has_value());
  if (renamed.error().code() == Errc::already_exists) return ReplaceOutcome{};
  return renamed.error();
}

}  // namespace

Result<ReplaceOutcome> replace_seen(FileSystem& files, RandomSource& random,
                                    const RelativePath& path,
                                    const std::optional<std::string>& seen, std::string_view text) {
  if (!seen) return create(files, random, path, text);

  auto opened = files.open(path, {.access = Access::read});
  if (!opened && opened.error().code() == Errc::not_found) return ReplaceOutcome{};
  LOOP_TRY(auto old_file, std::move(opened));
  LOOP_TRY(const auto old_info, old_file->info());
  LOOP_TRY(const auto present, read_all(*old_file));
  if (present != *seen) return ReplaceOutcome{};

  auto replaced = replace_file(files, random, path, text, {.expected = stamp_of(old_info)});
  if (!replaced && replaced.error().code() == Errc::conflict) return ReplaceOutcome{};
  LOOP_TRY(const auto stamp, std::move(replaced));

  ReplaceOutcome outcome{true, stamp, nullptr};
  LOOP_TRY(const auto left_behind, read_all(*old_file));
  if (left_behind != *seen) outcome.old_file = std::move(old_file);
  return outcome;
}

Result<std::optional<ScheduleBook>> await_writer(Clock& clock, OpenFile& old_file) {
  for (int poll = 0; poll < kWriterPollsMax; ++poll) {
    LOOP_TRY(auto bytes, read_all(old_file));
    auto book = ScheduleBook::parse(std::move(bytes));
    if (book) return std::optional(*std::move(book));
    clock.sleep(kWriterPoll);
  }
  return std::optional<ScheduleBook>{};
}

}  // namespace loop
