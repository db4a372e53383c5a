// SPDX-License-Identifier: MIT
// Eight bytes at a time.
#include "domain/task_hash.hpp"

#include <algorithm>
#include <cstring>

namespace loop {

std::uint32_t task_hash(std::string_view id) {
  constexpr std::uint64_t kFactor = 0x9E3779B97F4A7C15;
  std::uint64_t hash = id.size() * kFactor;
  while (!id.empty()) {
    std::uint64_t word = 0;
    std::memcpy(&word, id.data(), std::min(id.size(), sizeof word));
    hash = (hash ^ word) * kFactor;
    hash ^= hash >> 32;  // products carry upwards only
    id.remove_prefix(std::min(id.size(), sizeof word));
  }
  return static_cast<std::uint32_t>(hash * kFactor >> 32);
}

}  // namespace loop
