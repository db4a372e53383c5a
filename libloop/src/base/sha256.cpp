// SPDX-License-Identifier: MIT
// SHA-256 by Nettle, which needs no start of its own.
#include "loop/base/sha256.h"

#include <nettle/hmac.h>
#include <nettle/memops.h>
#include <nettle/sha2.h>

#include <array>
#include <cstdint>

namespace loop {

namespace {

using Digest = std::array<std::uint8_t, SHA256_DIGEST_SIZE>;

const std::uint8_t* bytes_of(std::string_view text) {
  return reinterpret_cast<const std::uint8_t*>(text.data());
}

std::string to_hex(const Digest& digest) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(2 * digest.size());
  for (const std::uint8_t byte : digest) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 0xf];
  }
  return text;
}

}  // namespace

std::string sha256_hex(std::string_view bytes) {
  sha256_ctx context;
  ::sha256_init(&context);
  ::sha256_update(&context, bytes.size(), bytes_of(bytes));
  Digest digest{};
  ::sha256_digest(&context, digest.size(), digest.data());
  return to_hex(digest);
}

std::string hmac_sha256_hex(std::string_view key, std::string_view bytes) {
  hmac_sha256_ctx context;
  ::hmac_sha256_set_key(&context, key.size(), bytes_of(key));
  ::hmac_sha256_update(&context, bytes.size(), bytes_of(bytes));
  Digest digest{};
  ::hmac_sha256_digest(&context, digest.size(), digest.data());
  return to_hex(digest);
}

bool is_equal_in_constant_time(std::string_view one, std::string_view other) {
  return one.size() == other.size() && ::memeql_sec(one.data(), other.data(), one.size()) != 0;
}

}  // namespace loop
