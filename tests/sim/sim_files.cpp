// SPDX-License-Identifier: MIT
// The simulated disk: the calls of FileSystem.
#include "sim/sim_files.hpp"

#include "loop/base/text.h"
#include "sim/sim_inode.hpp"
#include "sim/sim_open_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>

namespace loop::sim {

namespace {

constexpr std::uint64_t kDevice = 42;
constexpr std::uint32_t kUmask = 022;
constexpr std::uint64_t kNameBytes = 64;  // taken from the free bytes by a new name

std::string named(std::string_view operation, std::string_view path) {
  return fmt::format("{} {}", operation, path);
}

Error outside(std::string_view operation, std::string_view path) {
  return Error(Errc::outside_root,
               fmt::format("{} {}: a link leads out of the workspace", operation, path), EXDEV);
}

std::string text_of(const std::optional<RelativePath>& path) { return path ? path->str() : "."; }

}  // namespace

SimFiles::SimFiles(Clock& clock) : clock_(clock), root_(std::make_shared<SimInode>()) {
  root_->kind = FileKind::directory;
  root_->number = 1;
  root_->permissions = 0755;
}

SimFiles::~SimFiles() = default;

Status SimFiles::begin_call(std::string_view operation, std::string_view path) {
  ++calls_;
  if (power_off_call_ && calls_ >= *power_off_call_) {
    return Error::from_errno(power_off_cause_, named(operation, path));
  }
  const auto failure = failures_.find(calls_);
  if (failure == failures_.end()) return {};
  return Error::from_errno(failure->second, named(operation, path));
}

Status SimFiles::check_new_name(const RelativePath& path, std::string_view operation) const {
  if (is_read_only_) return Error::from_errno(EROFS, named(operation, path.str()));
  if (free_bytes_ && *free_bytes_ < kNameBytes) {
    return Error::from_errno(ENOSPC, named(operation, path.str()));
  }
  return {};
}

Result<std::unique_ptr<OpenFile>> SimFiles::open(const RelativePath& path,
                                                 const OpenOptions& options) {
  const std::lock_guard guard(mutex_);
  LOOP_TRY_VOID(begin_call("open", path.str()));
  const bool is_exclusive = options.creation == Creation::must_not_exist;
  LOOP_TRY(Place place,
           locate(path.str(), is_exclusive ? LastLink::keep : LastLink::follow, "open"));
  if (place.inode && is_exclusive) return Error::from_errno(EEXIST, named("open", path.str()));
  if (!place.inode && options.creation == Creation::must_exist) {
    return Error::from_errno(ENOENT, named("open", path.str()));
  }
  if (!place.inode) {
    LOOP_TRY_VOID(check_new_name(path, "open"));
    if (free_bytes_) *free_bytes_ -= kNameBytes;
    place.inode = make_inode(FileKind::regular, options.permissions & ~kUmask);
    change_entries({{place.directory, place.name, place.inode}});
  }
  if (place.inode->kind != FileKind::regular) {
    return Error(Errc::invalid_argument,
                 fmt::format("open {}: is {}; only regular files are allowed", path.str(),
                             place.inode->kind == FileKind::directory ? "a directory" : "a FIFO"));
  }
  if (is_read_only_ && options.access != Access::read) {
    return Error::from_errno(EROFS, named("open", path.str()));
  }
  return std::unique_ptr<OpenFile>(
      std::make_unique<SimOpenFile>(*this, place.inode, options.access, path.str()));
}

Result<std::optional<FileInfo>> SimFiles::info(const RelativePath& path) {
  const std::lock_guard guard(mutex_);
  LOOP_TRY_VOID(begin_call("stat", path.str()));
  auto place = locate(path.str(), LastLink::keep, "stat");
  if (!place && (place.error().cause() == ENOENT || place.error().cause() == ENOTDIR)) {
    return std::optional<FileInfo>();
  }
  if (!place) return std::move(place).error();
  if (!place->inode) return std::optional<FileInfo>();
  return std::optional(info_of(*place->inode));
}

Result<RelativePath> SimFiles::resolve(const RelativePath& path) {
  const std::lock_guard guard(mutex_);
  LOOP_TRY_VOID(begin_call("resolve", path.str()));
  LOOP_TRY(const Place place, locate(path.str(), LastLink::follow, "resolve"));
  return RelativePath::parse(place.path);
}

Status SimFiles::check_move(const Place& from, const Place& to, std::string_view what) const {
  if (is_read_only_) return Error::from_errno(EROFS, what);
  const bool is_directory = from.inode->kind == FileKind::directory;
  if (is_directory && to.path.starts_with(from.path + "/")) return Error::from_errno(EINVAL, what);
  if (!to.inode || to.inode == from.inode) return {};
  const bool onto_directory = to.inode->kind == FileKind::directory;
  if (is_directory && !onto_directory) return Error::from_errno(ENOTDIR, what);
  if (!is_directory && onto_directory) return Error::from_errno(EISDIR, what);
  if (onto_directory && !to.inode->entries.empty()) return Error::from_errno(ENOTEMPTY, what);
  return {};
}

Status SimFiles::move(const RelativePath& from, const RelativePath& to, Overwrite overwrite) {
  const std::lock_guard guard(mutex_);
  LOOP_TRY_VOID(begin_call("rename", from.str()));
  const std::string what = fmt::format("rename {} to {}", from.str(), to.str());
  LOOP_TRY(const Place source, locate(from.str(), LastLink::keep, "rename"));
  LOOP_TRY(const Place target, locate(to.str(), LastLink::keep, "rename"));
  if (!source.inode) return Error::from_errno(ENOENT, what);
  if (target.inode && overwrite == Overwrite::no) return Error::from_errno(EEXIST, what);
  LOOP_TRY_VOID(check_move(source, target, what));
  if (target.inode == source.inode) return {};
  if (target.inode) drop(target.inode);
  change_entries(
      {{source.directory, source.name, nullptr}, {target.directory, target.name, source.inode}});
  return {};
}

Status SimFiles::rename(const RelativePath& from, const RelativePath& to) {
  return move(from, to, Overwrite::yes);
}

Status SimFiles::rename_new(const RelativePath& from, const RelativePath& to) {
  return move(from, to, Overwrite::no);
}

Status SimFiles::remove(const RelativePath& path) {
  const std::lock_guard guard(mutex_);
  LOOP_TRY_VOID(begin_call("remove", path.str()));
  LOOP_TRY(const Place place, locate(path.str(), LastLink::keep, "remove"));
  const std::string what = named("remove", path.str());
  if (!place.inode) return Error::from_errno(ENOENT, what);
  if (place.inode->kind == FileKind::directory) return Error::from_errno(EISDIR, what);
  if (is_read_only_) return Error::from_errno(EROFS, what);
  drop(place.inode);
  change_entries({{place.directory, place.name, nullptr}});
  return {};
}

Status SimFiles::remove_directory(const RelativePath& path) {
  const std::lock_guard guard(mutex_);
  LOOP_TRY_VOID(begin_call("remove directory", path.str()));
  LOOP_TRY(const Place place, locate(path.str(), LastLink::keep, "remove directory"));
  const std::string what = named("remove directory", path.str());
  if (!place.inode) return Error::from_errno(ENOENT, what);
  if (place.inode->kind != FileKind::directory) return Error::from_errno(ENOTDIR, what);
  if (!place.inode->entries.empty()) return Error::from_errno(ENOTEMPTY, what);
  if (is_read_only_) return Error::from_errno(EROFS, what);
  drop(place.inode);
  change_entries({{place.directory, place.name, nullptr}});
  return {};
}

Status SimFiles::make_directory(const RelativePath& path, std::uint32_t permissions) {
  const std::lock_guard guard(mutex_);
  LOOP_TRY_VOID(begin_call("make directory", path.str()));
  LOOP_TRY(const Place place, locate(path.str(), LastLink::keep, "make directory"));
  if (place.inode) return Error::from_errno(EEXIST, named("make directory", path.str()));
  LOOP_TRY_VOID(check_new_name(path, "make directory"));
  if (free_bytes_) *free_bytes_ -= kNameBytes;
  change_entries(
      {{place.directory, place.name, make_inode(FileKind::directory, permissions & ~kUmask)}});
  return {};
}

Result<SimFiles::InodePtr> SimFiles::find_directory(const std::optional<RelativePath>& path,
                                                    std::string_view operation) const {
  if (!path) return root_;
  LOOP_TRY(const Place place, locate(path->str(), LastLink::follow, operation));
  if (!place.inode) return Error::from_errno(ENOENT, named(operation, path->str()));
  if (place.inode->kind != FileKind::directory) {
    return Error::from_errno(ENOTDIR, named(operation, path->str()));
  }
  return place.inode;
}

Result<std::vector<DirectoryEntry>> SimFiles::list(const std::optional<RelativePath>& path) {
  const std::lock_guard guard(mutex_);
  LOOP_TRY_VOID(begin_call("list", text_of(path)));
  LOOP_TRY(const InodePtr directory, find_directory(path, "list"));
  std::vector<DirectoryEntry> entries;
  for (const auto& [name, inode] : directory->entries) entries.push_back({name, inode->kind});
  return entries;
}

Result<SpaceInfo> SimFiles::space() {
  const std::lock_guard guard(mutex_);
  LOOP_TRY_VOID(begin_call("statfs", root()));
  return SpaceInfo{free_bytes_.value_or(1ull << 40), is_network_, type_name_};
}

// Without links and dots, as nearly every path is; nothing for all others, and where it fails.
std::optional<SimFiles::Place> SimFiles::locate_plain(std::string_view path) const {
  InodePtr directory = root_;
  for (std::string_view rest = path;;) {
    const std::size_t slash = rest.find('/');
    const std::string_view name = rest.substr(0, slash);
    if (name.empty() || name == "." || name == ".." || name.size() > 255) return std::nullopt;
    const auto found = directory->entries.find(name);
    const bool is_there = found != directory->entries.end();
    if (is_there && found->second->kind == FileKind::symlink) return std::nullopt;
    if (slash == std::string_view::npos) {
      return Place{directory, std::string(name), is_there ? found->second : nullptr,
                   std::string(path)};
    }
    if (!is_there || found->second->kind != FileKind::directory) return std::nullopt;
    directory = found->second;
    rest.remove_prefix(slash + 1);
  }
}

Result<SimFiles::Place> SimFiles::locate(std::string_view path, LastLink last_link,
                                         std::string_view operation) const {
  if (auto place = locate_plain(path)) return std::move(*place);
  constexpr int kLinksMax = 40;
  struct Level {
    InodePtr directory;
    std::string name;  // in the level above
  };
  std::vector<Level> levels{{root_, {}}};
  std::deque<std::string> rest;
  const auto prepend = [&rest](std::string_view text) {
    const auto components = split(text, '/');
    rest.insert(rest.begin(), components.begin(), components.end());
    // A slash at the end asks for a directory, which "." says as well.
    if (text.ends_with('/')) rest.insert(rest.begin() + std::ssize(components), ".");
  };
  const auto joined = [&levels](std::string_view name) {
    std::string text;
    for (std::size_t index = 1; index < levels.size(); ++index) text += levels[index].name + "/";
    return text + std::string(name);
  };
  prepend(path);
  int links = 0;
  while (!rest.empty()) {
    const std::string name = std::move(rest.front());
    rest.pop_front();
    if (name.empty() || name == ".") continue;
    if (name == ".." && levels.size() == 1) return outside(operation, path);
    if (name == "..") {
      levels.pop_back();
      continue;
    }
    if (name.size() > 255) return Error::from_errno(ENAMETOOLONG, named(operation, path));
    const bool is_last = rest.empty();
    const auto& entries = levels.back().directory->entries;
    const auto found = entries.find(name);
    if (found == entries.end()) {
      if (!is_last) return Error::from_errno(ENOENT, named(operation, path));
      return Place{levels.back().directory, name, nullptr, joined(name)};
    }
    const InodePtr inode = found->second;
    const bool is_link = inode->kind == FileKind::symlink;
    if (is_last && !(is_link && last_link == LastLink::follow)) {
      return Place{levels.back().directory, name, inode, joined(name)};
    }
    if (is_link) {
      if (++links > kLinksMax) return Error::from_errno(ELOOP, named(operation, path));
      if (inode->data.starts_with('/')) return outside(operation, path);
      prepend(inode->data);
      continue;
    }
    if (inode->kind != FileKind::directory) {
      return Error::from_errno(ENOTDIR, named(operation, path));
    }
    levels.push_back({inode, name});
  }
  // A link led to a directory by "." or "..".
  const Level here = levels.back();
  if (levels.size() == 1) return Place{root_, ".", root_, "."};
  levels.pop_back();
  return Place{levels.back().directory, here.name, here.directory, joined(here.name)};
}

SimFiles::InodePtr SimFiles::make_inode(FileKind kind, std::uint32_t permissions) {
  auto inode = std::make_shared<SimInode>();
  inode->kind = kind;
  inode->number = next_inode_++;
  inode->permissions = permissions & 07777;
  inode->modified_ns = now_ns();
  return inode;
}

void SimFiles::drop(const InodePtr& inode) {
  inode->link_count = 0;
  if (free_bytes_) *free_bytes_ += inode->data.size() + kNameBytes;
}

std::int64_t SimFiles::now_ns() const {
  return std::chrono::nanoseconds(clock_.now().time_since_epoch()).count();
}

FileInfo SimFiles::info_of(const SimInode& inode) const {
  FileInfo info;
  info.kind = inode.kind;
  info.device = kDevice;
  info.inode = inode.number;
  info.size_bytes = inode.data.size();
  info.modified_ns = inode.modified_ns;
  info.permissions = inode.permissions;
  info.owner = inode.owner;
  info.group = inode.group;
  info.link_count = inode.link_count;
  return info;
}

}  // namespace loop::sim
