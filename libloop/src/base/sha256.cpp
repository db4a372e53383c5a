// SPDX-License-Identifier: MIT
// SHA-256 by OpenSSL.
#include "loop/base/sha256.h"

#include <openssl/evp.h>

#include <array>

#include "loop/base/result.h"

namespace loop {

std::string sha256_hex(std::string_view bytes) {
  std::array<unsigned char, 32> digest{};
  unsigned int size = 0;
  LOOP_CHECK(EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr) ==
             1);
  LOOP_CHECK(size == digest.size());

  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(2 * digest.size());
  for (const unsigned char byte : digest) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 0xf];
  }
  return text;
}

}  // namespace loop
