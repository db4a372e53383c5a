// SPDX-License-Identifier: MIT
// Judging paths and opening what may be read.
#include "ops/file_guard.hpp"

#include "loop/base/text.h"
#include "loop/store/layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>

namespace loop::ops {

namespace {

constexpr int kSwapsMax = 8;
// Most files are small, and room for more would be cleared for nothing; so would a whole chunk be
// where a short read says that the end is near.
constexpr std::uint64_t kFirstChunkBytes = 8 * 1024;
constexpr std::uint64_t kProbeBytes = 512;
constexpr std::uint64_t kChunkBytesMax = 1024 * 1024;

bool is_below_or_is(const RelativePath& path, std::string_view directory) {
  const std::string& text = path.str();
  return text.starts_with(directory) &&
         (text.size() == directory.size() || text[directory.size()] == '/');
}

bool has_component(const RelativePath& path, std::string_view name) {
  const auto components = split(path.str(), '/');
  return std::ranges::find(components, name) != components.end();
}

}  // namespace

FileGuard::FileGuard(const OperationContext& context)
    : files_(context.services.files),
      denied_(IgnoreRules::of_lines(context.engine.config.files_deny)) {}

bool FileGuard::may_read(const RelativePath& path) const {
  return !denied_.covers(path.str(), IgnoreTarget::file);
}

Status FileGuard::check_reading(const RelativePath& path) const {
  if (may_read(path)) return {};
  return Error(Errc::invalid_argument,
               fmt::format("{} is neither read nor written: the operator's files.deny covers it",
                           shown(path)));
}

Status FileGuard::check_writing(const RelativePath& path) const {
  LOOP_TRY_VOID(check_reading(path));
  if (has_component(path, ".git")) {
    return Error(Errc::invalid_argument,
                 fmt::format("{} is not written: it belongs to git", shown(path)));
  }
  if (is_below_or_is(path, layout::state().str())) {
    return Error(Errc::invalid_argument, fmt::format("{} is not written: {} is the engine's own",
                                                     shown(path), layout::state().str()));
  }
  return {};
}

Result<OpenedFile> FileGuard::open(const RelativePath& path) const {
  for (int tries = 0; tries < kSwapsMax; ++tries) {
    LOOP_TRY(auto file, files_.open(path, {}));
    LOOP_TRY(const FileInfo info, file->info());
    LOOP_TRY(RelativePath real, files_.resolve(path));
    LOOP_TRY(const auto present, files_.info(real));
    if (!present || present->inode != info.inode || present->device != info.device) continue;
    LOOP_TRY_VOID(check_reading(real));
    return OpenedFile{std::move(file), std::move(real), info};
  }
  return Error(Errc::conflict,
               fmt::format("{} is replaced again and again by another program", shown(path)));
}

Result<RelativePath> path_argument(std::string_view argument, const std::string& given) {
  auto path = RelativePath::parse(given);
  if (path) return path;
  return std::move(path).error().with_context(fmt::format("argument \"{}\"", argument));
}

Result<std::optional<RelativePath>> directory_argument(std::string_view argument,
                                                       const std::string& given) {
  if (given.empty() || given == "." || given == "./") return std::optional<RelativePath>();
  LOOP_TRY(RelativePath path, path_argument(argument, given));
  return std::optional(std::move(path));
}

Result<RelativePath> resolve_new(FileSystem& files, const RelativePath& path) {
  auto real = files.resolve(path);
  if (real || real.error().code() != Errc::not_found || path.parent().empty()) return real;
  LOOP_TRY(const RelativePath parent, RelativePath::parse(path.parent()));
  LOOP_TRY(const RelativePath real_parent, resolve_new(files, parent));
  return RelativePath::parse(fmt::format("{}/{}", real_parent.str(), path.name()));
}

std::string shown(const RelativePath& path) { return to_valid_utf8(path.str()); }

Result<std::string> read_bytes(const OperationContext& context, OpenFile& file,
                               std::uint64_t offset, std::uint64_t bytes_max) {
  std::string bytes;
  std::uint64_t chunk = kFirstChunkBytes;
  while (bytes.size() < bytes_max) {
    LOOP_TRY_VOID(context.check_cancelled());
    const std::size_t had = bytes.size();
    const auto asked = static_cast<std::size_t>(std::min(chunk, bytes_max - had));
    bytes.resize(had + asked);
    const auto got = file.read_at(offset + had, std::span(bytes).subspan(had));
    bytes.resize(had + (got ? *got : 0));
    if (!got && got.error().cause() == EINTR) continue;
    if (!got) return got.error();
    if (*got == 0) break;
    chunk = *got < asked ? kProbeBytes : std::min(2 * chunk, kChunkBytesMax);
  }
  return bytes;
}

}  // namespace loop::ops
