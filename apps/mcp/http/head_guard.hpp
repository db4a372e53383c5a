// SPDX-License-Identifier: MIT
// What is refused of a request's head before anything believes it: all that two programs could
// read differently (request smuggling), and what is too long.
#pragma once

#include <cstddef>
#include <string_view>
#include <variant>

#include "mcp/http/http_refusal.hpp"

namespace mcp {

inline constexpr std::size_t kHeadBytesMax = 16 * 1024;
inline constexpr std::size_t kHeadFieldsMax = 100;

struct HeadIncomplete {};
struct HeadComplete {
  std::size_t bytes = 0;  // up to and with the empty line
};

// `bytes` is what has come so far, from the first byte of the request on. RFC 9112: lines end with
// CR LF, nothing is folded, one Host, one Content-Length of digits or "Transfer-Encoding: chunked".
std::variant<HeadIncomplete, HeadComplete, HttpRefusal> guard_head(std::string_view bytes);

}  // namespace mcp
