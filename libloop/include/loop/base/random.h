// SPDX-License-Identifier: MIT
// The seam for randomness, and the identifiers made from it.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace loop {

class RandomSource {
 public:
  virtual ~RandomSource() = default;
  virtual void fill(std::span<std::byte> bytes) = 0;
};

// getrandom(2). Thread-safe.
class SystemRandom final : public RandomSource {
 public:
  void fill(std::span<std::byte> bytes) override;
};

// RFC 9562 version 4, lower case: "dc087996-78a6-4875-822a-6e875d7a8875".
std::string make_uuid(RandomSource& random);

}  // namespace loop
