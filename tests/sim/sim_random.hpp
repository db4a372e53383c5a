// SPDX-License-Identifier: MIT
// Randomness from a seed, so that a failing test replays.
#pragma once

#include <cstdint>
#include <random>

#include "loop/base/random.h"

namespace loop::sim {

class SimRandom final : public RandomSource {
 public:
  explicit SimRandom(std::uint64_t seed) : engine_(seed) {}

  void fill(std::span<std::byte> bytes) override {
    for (std::byte& byte : bytes) byte = static_cast<std::byte>(engine_() & 0xff);
  }

  // In [0, bound). The same on every platform, unlike std::uniform_int_distribution.
  std::uint64_t below(std::uint64_t bound) { return engine_() % bound; }

 private:
  std::mt19937_64 engine_;
};

}  // namespace loop::sim
