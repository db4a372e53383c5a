// SPDX-License-Identifier: MIT
// The kernel's random source, and UUIDs.
#include "loop/base/random.h"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstdint>

#include <sys/random.h>

#include "loop/base/result.h"

namespace loop {

void SystemRandom::fill(std::span<std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t got = getrandom(bytes.data(), bytes.size(), 0);
    if (got < 0) {
      LOOP_CHECK(errno == EINTR);  // getrandom without flags has no other failure on Linux
      continue;
    }
    bytes = bytes.subspan(static_cast<std::size_t>(got));
  }
}

std::string make_uuid(RandomSource& random) {
  std::array<std::byte, 16> raw{};
  random.fill(raw);
  raw[6] = (raw[6] & std::byte{0x0f}) | std::byte{0x40};
  raw[8] = (raw[8] & std::byte{0x3f}) | std::byte{0x80};

  std::string text;
  for (std::size_t index = 0; index < raw.size(); ++index) {
    if (index == 4 || index == 6 || index == 8 || index == 10) text += '-';
    fmt::format_to(std::back_inserter(text), "{:02x}", std::to_integer<unsigned>(raw[index]));
  }
  return text;
}

}  // namespace loop
