// SPDX-License-Identifier: MIT
// SHA-256 by OpenSSL.
#include "loop/base/sha256.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>

#include "loop/base/result.h"

namespace loop {

std::string sha256_hex(std::string_view bytes) {
  std::array<unsigned char, 32> digest{};
  unsigned int size = 0;
  LOOP_CHECK(EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr) == 1);
  LOOP_CHECK(size == digest.size());

  std::string text;
  for (const unsigned char byte : digest) fmt::format_to(std::back_inserter(text), "{:02x}", byte);
  return text;
}

}  // namespace loop
