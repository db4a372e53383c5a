// SPDX-License-Identifier: MIT
// Base64 by Nettle.
#include "loop/base/base64.h"

#include <nettle/base64.h>

#include <cstdint>

namespace loop {

namespace {

// The decoder skips white space: look first.
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
  std::string text(BASE64_ENCODE_RAW_LENGTH(bytes.size()), '\0');
  ::base64_encode_raw(text.data(), bytes.size(),
                      reinterpret_cast<const std::uint8_t*>(bytes.data()));
  return text;
}

std::optional<std::string> from_base64(std::string_view text) {
  if (!is_spelled_right(text)) return std::nullopt;
  base64_decode_ctx context;
  ::base64_decode_init(&context);
  std::size_t length = BASE64_DECODE_LENGTH(text.size());
  std::string bytes(length, '\0');
  const bool is_whole =
      ::base64_decode_update(&context, &length, reinterpret_cast<std::uint8_t*>(bytes.data()),
                             text.size(), text.data()) == 1 &&
      ::base64_decode_final(&context) == 1;
  if (!is_whole) return std::nullopt;
  bytes.resize(length);
  return bytes;
}

}  // namespace loop
