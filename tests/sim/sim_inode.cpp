// SPDX-License-Identifier: MIT
// Unsynced changes of simulated files.
#include "sim/sim_inode.hpp"

#include <algorithm>
#include <utility>

namespace loop::sim {

namespace {

// More than this and the oldest goes to the platter by itself, as a kernel would have it: so a file
// that is never synced does not grow a history without end.
constexpr std::size_t kUnsyncedMax = 64;

}  // namespace

void UnsyncedWrite::apply_to(std::string& image) const {
  if (is_truncation) {
    image.resize(offset);
    return;
  }
  if (image.size() == offset) {
    image.append(bytes);
    return;
  }
  image.resize(std::max<std::size_t>(image.size(), offset + bytes.size()));
  std::copy(bytes.begin(), bytes.end(), image.begin() + static_cast<std::ptrdiff_t>(offset));
}

void SimInode::change(UnsyncedWrite write) {
  write.apply_to(data);
  unsynced.push_back(std::move(write));
  if (unsynced.size() <= kUnsyncedMax) return;
  unsynced.front().apply_to(durable);
  unsynced.pop_front();
}

void SimInode::sync() {
  for (const UnsyncedWrite& write : unsynced) write.apply_to(durable);
  unsynced.clear();
}

}  // namespace loop::sim
