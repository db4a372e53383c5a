// SPDX-License-Identifier: MIT
// SHA-256 of a text, as 64 lower-case hex digits (OpenSSL's implementation).
#pragma once

#include <string>
#include <string_view>

namespace loop {

std::string sha256_hex(std::string_view bytes);

}  // namespace loop
