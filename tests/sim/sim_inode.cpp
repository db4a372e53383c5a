// SPDX-License-Identifier: MIT
// Unsynced changes of simulated files.
#include "sim/sim_inode.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace loop::sim {

namespace {

// More than this and the oldest goes to the platter by itself, as a kernel would have it: so a file
// that is never synced does not grow a history without end.
constexpr std::size_t kUnsyncedMax = 64;

// The states of a file since its last sync, the synced one first.
std::vector<std::string> states_of(const SimInode& inode) {
  std::vector<std::string> states{inode.durable};
  for (const UnsyncedWrite& write : inode.unsynced) {
    states.push_back(states.back());
    write.apply_to(states.back());
  }
  return states;
}

std::string_view sector_of(std::string_view state, std::size_t begin, std::size_t bytes) {
  return begin < state.size() ? state.substr(begin, bytes) : std::string_view{};
}

// Numbers of the states in which something differs from the state before; 0 is always one.
template <class Part>
std::vector<std::size_t> distinct_states(const std::vector<std::string>& states, const Part& part) {
  std::vector<std::size_t> numbers{0};
  for (std::size_t number = 1; number < states.size(); ++number) {
    if (part(states[number]) != part(states[number - 1])) numbers.push_back(number);
  }
  return numbers;
}

std::size_t size_of(const std::string& state) { return state.size(); }

std::size_t longest(const std::vector<std::string>& states) {
  return std::ranges::max(states, {}, size_of).size();
}

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

std::string SimInode::after_power_cut(Fates& fates, std::size_t sector_bytes) const {
  if (unsynced.empty()) return durable;
  const std::vector<std::string> states = states_of(*this);
  const auto sizes = distinct_states(states, size_of);
  const std::size_t size_state = sizes[fates.choose(sizes.size())];

  std::string image(states[size_state].size(), '\0');
  for (std::size_t begin = 0; begin < longest(states); begin += sector_bytes) {
    const auto sector = [&](std::string_view state) {
      return sector_of(state, begin, sector_bytes);
    };
    const auto versions = distinct_states(states, sector);
    const std::size_t version = versions[fates.choose(versions.size())];
    std::size_t end = std::min(image.size(), states[version].size());
    for (std::size_t later = version; later < size_state; ++later) {
      if (unsynced[later].is_truncation) end = std::min<std::size_t>(end, unsynced[later].offset);
    }
    if (begin >= end) continue;
    const std::string_view kept = sector(std::string_view(states[version]).substr(0, end));
    kept.copy(image.data() + begin, kept.size());
  }
  return image;
}

std::uint64_t SimInode::power_cut_ways(std::size_t sector_bytes, std::uint64_t ways_max) const {
  if (unsynced.empty()) return 1;
  const std::vector<std::string> states = states_of(*this);
  std::uint64_t ways = distinct_states(states, size_of).size();
  for (std::size_t begin = 0; begin < longest(states) && ways < ways_max; begin += sector_bytes) {
    ways *= distinct_states(states, [&](std::string_view state) {
              return sector_of(state, begin, sector_bytes);
            }).size();
  }
  return std::min(ways, ways_max);
}

}  // namespace loop::sim
