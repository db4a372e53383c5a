// SPDX-License-Identifier: MIT
// The simulated disk: what it does to those who trust it, and what tests do to it.
#include "sim/sim_files.hpp"

#include "loop/base/text.h"
#include "sim/sim_inode.hpp"

#include <algorithm>
#include <set>

namespace loop::sim {

namespace {

// More than this and the oldest becomes durable by itself, as by a journal's commit.
constexpr std::size_t kUnsyncedOperationsMax = 64;

}  // namespace

std::uint64_t SimFiles::calls() const {
  const std::lock_guard guard(mutex_);
  return calls_;
}

void SimFiles::fail_call(std::uint64_t number, int cause) {
  const std::lock_guard guard(mutex_);
  failures_[number] = cause;
}

void SimFiles::fail_from(std::uint64_t number, int cause) {
  const std::lock_guard guard(mutex_);
  power_off_call_ = number;
  power_off_cause_ = cause;
}

void SimFiles::shorten_write(std::uint64_t number, std::size_t bytes) {
  const std::lock_guard guard(mutex_);
  short_writes_[number] = bytes;
}

void SimFiles::clear_faults() {
  const std::lock_guard guard(mutex_);
  failures_.clear();
  power_off_call_.reset();
  short_writes_.clear();
}

void SimFiles::set_free_bytes(std::optional<std::uint64_t> bytes) {
  const std::lock_guard guard(mutex_);
  free_bytes_ = bytes;
}

void SimFiles::set_read_only(bool is_read_only) {
  const std::lock_guard guard(mutex_);
  is_read_only_ = is_read_only;
}

void SimFiles::set_type(std::string type_name, bool is_network) {
  const std::lock_guard guard(mutex_);
  type_name_ = std::move(type_name);
  is_network_ = is_network;
}

std::size_t SimFiles::open_files() const {
  const std::lock_guard guard(mutex_);
  return open_files_;
}

namespace {

template <class Operation>
void apply_durably(const Operation& operation) {
  for (const auto& change : operation) {
    auto& entries = change.directory->durable_entries;
    if (change.inode) entries[change.name] = change.inode;
    if (!change.inode) entries.erase(change.name);
  }
}

}  // namespace

void SimFiles::change_entries(DirectoryOperation operation) {
  for (const EntryChange& change : operation) {
    auto& entries = change.directory->entries;
    if (change.inode) entries[change.name] = change.inode;
    if (!change.inode) entries.erase(change.name);
    change.directory->modified_ns = now_ns();
  }
  unsynced_.push_back(std::move(operation));
  if (unsynced_.size() <= kUnsyncedOperationsMax) return;
  apply_durably(unsynced_.front());
  unsynced_.pop_front();
}

Status SimFiles::sync_directory(const std::optional<RelativePath>& path) {
  const std::lock_guard guard(mutex_);
  LOOP_TRY_VOID(begin_call("fsync", path ? path->str() : "."));
  LOOP_TRY(const InodePtr directory, find_directory(path, "fsync"));
  // A rename between two directories ties them: what one of them waits for goes with it, so that
  // the order of changes to a name is kept.
  std::set<const SimInode*> synced{directory.get()};
  const auto is_touched = [&synced](const DirectoryOperation& operation) {
    return std::any_of(operation.begin(), operation.end(), [&synced](const EntryChange& change) {
      return synced.contains(change.directory.get());
    });
  };
  for (std::size_t before = 0; before != synced.size();) {
    before = synced.size();
    for (const DirectoryOperation& operation : unsynced_) {
      if (!is_touched(operation)) continue;
      for (const EntryChange& change : operation) synced.insert(change.directory.get());
    }
  }
  std::deque<DirectoryOperation> others;
  for (DirectoryOperation& operation : unsynced_) {
    if (is_touched(operation)) {
      apply_durably(operation);
    } else {
      others.push_back(std::move(operation));
    }
  }
  unsynced_ = std::move(others);
  return {};
}

SimFiles::InodePtr SimFiles::put_inode(const RelativePath& path, FileKind kind,
                                       std::string_view data) {
  // So that no older change of the same name comes back over it.
  for (const DirectoryOperation& operation : unsynced_) apply_durably(operation);
  unsynced_.clear();
  InodePtr directory = root_;
  for (const std::string_view name : split(path.parent(), '/')) {
    if (name.empty()) continue;
    InodePtr& child = directory->entries[std::string(name)];
    if (!child) {
      child = make_inode(FileKind::directory, 0755);
      directory->durable_entries[std::string(name)] = child;
    }
    LOOP_CHECK(child->kind == FileKind::directory);
    directory = child;
  }
  auto inode = make_inode(kind, kind == FileKind::symlink ? 0777 : 0644);
  inode->data = data;
  inode->durable = data;
  const std::string name(path.name());
  directory->entries[name] = inode;
  directory->durable_entries[name] = inode;
  return inode;
}

void SimFiles::put_entry(const RelativePath& path, FileKind kind, std::string_view data) {
  const std::lock_guard guard(mutex_);
  put_inode(path, kind, data);
}

void SimFiles::put(std::string_view path, std::string_view content) {
  put_entry(RelativePath::of(path), FileKind::regular, content);
}

void SimFiles::make_link(std::string_view path, std::string_view target) {
  put_entry(RelativePath::of(path), FileKind::symlink, target);
}

void SimFiles::make_fifo(std::string_view path) {
  put_entry(RelativePath::of(path), FileKind::other, {});
}

std::optional<std::string> SimFiles::content(std::string_view path) const {
  const std::lock_guard guard(mutex_);
  const auto place = locate(path, LastLink::follow, "read");
  if (!place || !place->inode || place->inode->kind != FileKind::regular) return std::nullopt;
  return place->inode->data;
}

std::vector<std::string> SimFiles::all_files() const {
  const std::lock_guard guard(mutex_);
  std::vector<std::string> paths;
  const std::function<void(const SimInode&, const std::string&)> visit =
      [&](const SimInode& directory, const std::string& prefix) {
        for (const auto& [name, inode] : directory.entries) {
          if (inode->kind == FileKind::directory) {
            visit(*inode, prefix + name + "/");
          } else {
            paths.push_back(prefix + name);
          }
        }
      };
  visit(*root_, {});
  std::sort(paths.begin(), paths.end());
  return paths;
}

}  // namespace loop::sim
