// SPDX-License-Identifier: MIT
// A strict JSON scanner that records where each value stands, so that a text can be spliced.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "loop/base/result.h"

namespace loop {

enum class JsonKind : std::uint8_t { object, array, string, number, boolean, null };

std::string_view to_string(JsonKind kind) noexcept;

// A value's bytes are [begin, end); those of its key, quotes included, [key_begin, key_end), which
// are equal where the value is no member. A container's contents follow it directly; `next` is the
// index behind them.
struct JsonNode {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::uint32_t key_begin = 0;
  std::uint32_t key_end = 0;
  std::uint32_t next = 0;
  JsonKind kind = JsonKind::null;

  // Where the member, or the element, begins.
  std::uint32_t item_begin() const { return key_begin == key_end ? begin : key_begin; }
};

inline constexpr std::size_t kJsonDepthMax = 64;

// The values of one text in their order; node 0 is the outermost. Holds positions only, so that the
// text may be moved, but must be handed in unchanged.
class JsonTokens {
 public:
  // Accepts exactly RFC 8259, behind an optional UTF-8 BOM, with at most `depth_max` containers
  // inside each other. Escapes of lone surrogates are in the grammar and accepted; bytes that are
  // no UTF-8 are refused. invalid_data naming line and column (in characters, from 1) and what was
  // expected there. Linear in time; 24 bytes a value.
  static Result<JsonTokens> scan(std::string_view text, std::size_t depth_max = kJsonDepthMax);

  const JsonNode& operator[](std::size_t index) const { return nodes_[index]; }
  std::size_t size() const { return nodes_.size(); }

  // The indices of a container's members or elements, in their order.
  std::vector<std::uint32_t> children(std::size_t index) const;

 private:
  std::vector<JsonNode> nodes_;
};

// "line 3, column 7" of a byte offset.
std::string describe_position(std::string_view text, std::size_t offset);

// What a string token (with its quotes, as scanned) says. A lone surrogate becomes U+FFFD.
std::string decode_json_string(std::string_view token);

// As JSON.stringify prints it. `text` must be UTF-8.
std::string quote_json_string(std::string_view text);

// Whether `text` is, as a whole, a JSON number.
bool is_json_number(std::string_view text);

// Whether two number tokens name the same decimal value ("10", "1e1", "10.0"), of any size.
bool same_json_number(std::string_view a, std::string_view b);

}  // namespace loop
