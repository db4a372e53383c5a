// SPDX-License-Identifier: MIT
// Many bytes that are treated alike; the compiler makes of it what the processor has.
#pragma once

#include <cstdint>
#include <cstring>

namespace loop::ops {

using ByteBlock = std::uint8_t __attribute__((vector_size(16)));

inline ByteBlock load_block(const char* from) {
  ByteBlock block;
  std::memcpy(&block, from, sizeof block);
  return block;
}

}  // namespace loop::ops
