// SPDX-License-Identifier: MIT
// What the simulated disk holds: a file, directory or link, as it is and as it would survive a
// crash.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "loop/store/file_system.h"
#include "sim/sim_power_cut.hpp"

namespace loop::sim {

// A change of a file's bytes that has not been synced.
struct UnsyncedWrite {
  bool is_truncation = false;
  std::uint64_t offset = 0;  // of a truncation: the new size
  std::string bytes;

  void apply_to(std::string& image) const;
};

struct SimInode {
  using Entries = std::map<std::string, std::shared_ptr<SimInode>, std::less<>>;

  FileKind kind = FileKind::regular;
  std::uint64_t number = 0;
  std::uint32_t permissions = 0;
  std::uint32_t owner = 0;
  std::uint32_t group = 0;
  std::int64_t modified_ns = 0;
  std::uint64_t link_count = 1;

  std::string data;     // of a file; the target of a link
  std::string durable;  // of a file: what is on the platter
  std::deque<UnsyncedWrite> unsynced;

  Entries entries;  // of a directory
  Entries durable_entries;

  std::uint64_t exclusive_holder = 0;  // number of an open file; 0: none
  std::set<std::uint64_t> shared_holders;

  // Changes the file and remembers that it is not synced.
  void change(UnsyncedWrite write);
  void sync();

  // The bytes after a power cut. Of the size and of each sector that the unsynced changes touched,
  // any state since the last sync may have reached the platter, each for itself: a size that grew
  // without its bytes leaves zeros, bytes without their size are not seen, and a write is torn
  // between any two sectors. What a kept truncation cut off does not come back.
  std::string after_power_cut(Fates& fates, std::size_t sector_bytes) const;
  // In how many ways, with sectors of that size; at most `ways_max`.
  std::uint64_t power_cut_ways(std::size_t sector_bytes, std::uint64_t ways_max) const;
};

}  // namespace loop::sim
