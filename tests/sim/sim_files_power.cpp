// SPDX-License-Identifier: MIT
// The simulated disk: power cuts.
#include "sim/sim_files.hpp"

#include "sim/sim_inode.hpp"

#include <algorithm>
#include <functional>
#include <set>

namespace loop::sim {

DiskImage SimFiles::after_power_cut(Fates& fates, std::size_t sector_bytes) const {
  const std::lock_guard guard(mutex_);
  // Directories that kept something; the others are as they were synced.
  std::map<const SimInode*, SimInode::Entries> kept;
  for (const DirectoryOperation& operation : unsynced_) {
    if (fates.choose(2) == 0) continue;
    for (const EntryChange& change : operation) {
      auto& entries =
          kept.try_emplace(change.directory.get(), change.directory->durable_entries).first->second;
      if (change.inode) entries[change.name] = change.inode;
      if (!change.inode) entries.erase(change.name);
    }
  }

  DiskImage image;
  const std::function<void(const SimInode&, const std::string&)> visit =
      [&](const SimInode& directory, const std::string& prefix) {
        const auto changed = kept.find(&directory);
        const auto& entries = changed == kept.end() ? directory.durable_entries : changed->second;
        for (const auto& [name, inode] : entries) {
          DiskImage::Entry entry{inode->kind,  inode->permissions, inode->owner,
                                 inode->group, inode->modified_ns, {}};
          if (inode->kind == FileKind::regular) {
            entry.data = inode->after_power_cut(fates, sector_bytes);
          } else {
            entry.data = inode->data;
          }
          image.entries.emplace(prefix + name, std::move(entry));
          if (inode->kind == FileKind::directory) visit(*inode, prefix + name + "/");
        }
      };
  visit(*root_, {});
  return image;
}

std::uint64_t SimFiles::power_cut_ways(std::size_t sector_bytes, std::uint64_t ways_max) const {
  const std::lock_guard guard(mutex_);
  std::set<const SimInode*> seen;
  std::uint64_t ways = 1;
  const std::function<void(const SimInode&)> visit = [&](const SimInode& inode) {
    if (ways >= ways_max || !seen.insert(&inode).second) return;
    ways *= inode.power_cut_ways(sector_bytes, ways_max);
    for (const auto* entries : {&inode.entries, &inode.durable_entries}) {
      for (const auto& [name, child] : *entries) visit(*child);
    }
  };
  for (const DirectoryOperation& operation : unsynced_) {
    if (ways < ways_max) ways *= 2;
    for (const EntryChange& change : operation) {
      if (change.inode) visit(*change.inode);
    }
  }
  visit(*root_);
  return std::min(ways, ways_max);
}

void SimFiles::load(const DiskImage& image) {
  const std::lock_guard guard(mutex_);
  ++epoch_;
  unsynced_.clear();
  root_->entries.clear();
  root_->durable_entries.clear();
  for (const auto& [path, entry] : image.entries) {
    const InodePtr inode = put_inode(RelativePath::of(path), entry.kind, entry.data);
    inode->permissions = entry.permissions;
    inode->owner = entry.owner;
    inode->group = entry.group;
    inode->modified_ns = entry.modified_ns;
  }
}

void SimFiles::crash(std::uint64_t seed) {
  ChanceFates fates(seed);
  load(after_power_cut(fates));
}

void SimFiles::crash_to_synced() {
  NothingKept fates;
  load(after_power_cut(fates));
}

}  // namespace loop::sim
