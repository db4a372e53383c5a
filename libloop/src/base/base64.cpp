// SPDX-License-Identifier: MIT
// Base64 through OpenSSL.
#include "loop/base/base64.h"

#include <openssl/evp.h>

#include <limits>

namespace loop {

namespace {

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// The decoder of OpenSSL trims white space and takes some wrong paddings: look first.
bool is_spelled_right(std::string_view text) {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  if (text.size() % 4 != 0) return false;
  const std::size_t end = text.find_first_not_of(kAlphabet);
  if (end == std::string_view::npos) return true;
  const std::string_view padding = text.substr(end);
  return padding == "=" || padding == "==";
}

}  // namespace

std::string to_base64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');  // and the NUL that OpenSSL writes
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes_of(bytes),
                                     static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(length));
  return text;
}

std::optional<std::string> from_base64(std::string_view text) {
  if (!is_spelled_right(text) || text.size() > std::numeric_limits<int>::max()) {
    return std::nullopt;
  }
  if (text.empty()) return std::string{};
  std::string bytes(text.size() / 4 * 3, '\0');
  const int length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()), bytes_of(text),
                                     static_cast<int>(text.size()));
  if (length < 0) return std::nullopt;
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  bytes.resize(static_cast<std::size_t>(length) - padding);
  return bytes;
}

}  // namespace loop
