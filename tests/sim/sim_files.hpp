// SPDX-License-Identifier: MIT
// A disk in memory which fails on demand and loses what was not synced.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "loop/base/clock.h"
#include "loop/store/file_system.h"
#include "sim/sim_power_cut.hpp"

namespace loop::sim {

struct SimInode;

// Behaves as PosixFiles does on a local file system (files_contract_test.cpp runs over both), as
// root with umask 022. Times of files come from the clock handed in. What was written is one thing,
// what survives `crash` another: a file's bytes are safe after sync or sync_data, the entries of a
// directory after sync_directory of that directory.
class SimFiles final : public FileSystem {
 public:
  explicit SimFiles(Clock& clock);
  ~SimFiles() override;

  Result<std::unique_ptr<OpenFile>> open(const RelativePath& path,
                                         const OpenOptions& options) override;
  Result<std::optional<FileInfo>> info(const RelativePath& path) override;
  Result<RelativePath> resolve(const RelativePath& path) override;
  Status rename(const RelativePath& from, const RelativePath& to) override;
  Status rename_new(const RelativePath& from, const RelativePath& to) override;
  Status remove(const RelativePath& path) override;
  Status remove_directory(const RelativePath& path) override;
  Status make_directory(const RelativePath& path, std::uint32_t permissions = 0755) override;
  Status sync_directory(const std::optional<RelativePath>& path) override;
  Result<std::vector<DirectoryEntry>> list(const std::optional<RelativePath>& path) override;
  Result<SpaceInfo> space() override;
  std::string root() const override { return "/sim"; }

  // Every call of this interface and of its open files counts, from 1; closing does not.
  std::uint64_t calls() const;
  // Call `number` has no effect and fails with `cause` (an errno). Several may be set. Calls that
  // the real thing cannot fail in this way fail nevertheless.
  void fail_call(std::uint64_t number, int cause);
  // The power is about to fail: call `number` and all after it have no effect and fail.
  void fail_from(std::uint64_t number, int cause);
  // Call `number`, if it is a write of more, writes only `bytes` (at least 1).
  void shorten_write(std::uint64_t number, std::size_t bytes);
  void clear_faults();

  // Room for file content; each new name takes a little of it, too. Nothing: no limit.
  void set_free_bytes(std::optional<std::uint64_t> bytes);
  void set_read_only(bool is_read_only);
  void set_type(std::string type_name, bool is_network);

  // What a power cut at this moment may leave. Each unsynced directory operation is kept or lost
  // for itself (a rename as a whole), which is less than ext4 and XFS promise; for files see
  // SimInode::after_power_cut.
  DiskImage after_power_cut(Fates& fates, std::size_t sector_bytes = 512) const;
  // In how many ways that may end; at most `ways_max`.
  std::uint64_t power_cut_ways(std::size_t sector_bytes, std::uint64_t ways_max) const;
  // The disk is what it was found to be: all of it durable, open files dead (EBADF), locks free.
  // Faults and limits stay.
  void load(const DiskImage& image);

  // The power fails and is back, in a way that the seed decides.
  void crash(std::uint64_t seed);
  // As crash, and nothing that was unsynced is kept.
  void crash_to_synced();

  std::size_t open_files() const;  // whose tokens still live, dead ones included

  // What the interface cannot make. Parents are made as well; all of it is durable at once and is
  // neither counted nor failed.
  void put(std::string_view path, std::string_view content);
  void make_link(std::string_view path, std::string_view target);
  void make_fifo(std::string_view path);
  // The content of a file as a reader sees it; nothing when there is no such file.
  std::optional<std::string> content(std::string_view path) const;
  // All files and links below the root, sorted.
  std::vector<std::string> all_files() const;

 private:
  friend class SimOpenFile;
  using InodePtr = std::shared_ptr<SimInode>;

  // One entry set to an inode, or removed.
  struct EntryChange {
    InodePtr directory;
    std::string name;
    InodePtr inode;
  };
  // What a journalling file system does at once: a rename is two changes.
  using DirectoryOperation = std::vector<EntryChange>;

  // Where a path leads: the directory and the name in it, and what stands there (or nothing).
  struct Place {
    InodePtr directory;
    std::string name;
    InodePtr inode;
    std::string path;  // without links
  };

  enum class LastLink { follow, keep };

  enum class Overwrite { yes, no };

  Status begin_call(std::string_view operation, std::string_view path);
  std::optional<Place> locate_plain(std::string_view path) const;
  Result<Place> locate(std::string_view path, LastLink last_link, std::string_view operation) const;
  Result<InodePtr> find_directory(const std::optional<RelativePath>& path,
                                  std::string_view operation) const;
  Status check_new_name(const RelativePath& path, std::string_view operation) const;
  Status check_move(const Place& from, const Place& to, std::string_view what) const;
  Status move(const RelativePath& from, const RelativePath& to, Overwrite overwrite);
  InodePtr make_inode(FileKind kind, std::uint32_t permissions);
  void change_entries(DirectoryOperation operation);
  void drop(const InodePtr& inode);
  void put_entry(const RelativePath& path, FileKind kind, std::string_view data);
  InodePtr put_inode(const RelativePath& path, FileKind kind, std::string_view data);
  std::int64_t now_ns() const;
  FileInfo info_of(const SimInode& inode) const;

  Clock& clock_;
  mutable std::mutex mutex_;
  InodePtr root_;
  std::deque<DirectoryOperation> unsynced_;  // oldest first
  std::uint64_t next_inode_ = 2;
  std::uint64_t epoch_ = 0;  // grows with each crash; handles of an older one are dead
  std::uint64_t next_handle_ = 1;
  std::size_t open_files_ = 0;
  std::uint64_t calls_ = 0;
  std::map<std::uint64_t, int> failures_;
  std::optional<std::uint64_t> power_off_call_;
  int power_off_cause_ = 0;
  std::map<std::uint64_t, std::size_t> short_writes_;
  std::optional<std::uint64_t> free_bytes_;
  bool is_read_only_ = false;
  std::string type_name_ = "simfs";
  bool is_network_ = false;
};

}  // namespace loop::sim
