// SPDX-License-Identifier: MIT
// SHA-256 of a text and its keyed form, as 64 lower-case hex digits (Nettle's implementation).
#pragma once

#include <string>
#include <string_view>

namespace loop {

std::string sha256_hex(std::string_view bytes);

// HMAC of RFC 2104: whoever does not know the key cannot make it.
std::string hmac_sha256_hex(std::string_view key, std::string_view bytes);

// Takes as long for a wrong text as for the right one of that length.
bool is_equal_in_constant_time(std::string_view one, std::string_view other);

}  // namespace loop
