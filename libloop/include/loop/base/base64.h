// SPDX-License-Identifier: MIT
// Base64 of RFC 4648, with padding (Nettle's implementation).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace loop {

std::string to_base64(std::string_view bytes);

// Nothing for what is no base64: a wrong length, a wrong character, white space, wrong padding.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace loop
