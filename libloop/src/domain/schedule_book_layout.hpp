// SPDX-License-Identifier: MIT
// How a JSON text is laid out, and printing new values so that they look like their neighbours.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/json_tokens.hpp"

namespace loop {

// A text with the positions of its values; both outlive it.
struct JsonSource {
  std::string_view text;
  const JsonTokens& tokens;

  std::string_view token(std::uint32_t index) const {
    return text.substr(tokens[index].begin, tokens[index].end - tokens[index].begin);
  }
  std::string_view key(std::uint32_t index) const {
    return text.substr(tokens[index].key_begin, tokens[index].key_end - tokens[index].key_begin);
  }
};

struct JsonLayout {
  std::string line_break;    // "\n" or "\r\n"; empty: everything on one line
  std::string unit = "  ";   // one level of indentation
  std::string colon = ": ";  // between key and value
  std::string comma = ", ";  // between items on one line

  bool is_one_line() const { return line_break.empty(); }
  // As JSON.stringify without indentation prints.
  bool is_minified() const { return is_one_line() && colon == ":"; }
};

// Of the file as a whole, from the first containers that show it.
JsonLayout detect_layout(const JsonSource& source);

// How the items of one container stand, for adding one.
struct ItemLayout {
  std::string separator;  // from the end of a value to the beginning of the next item
  std::string indent;     // of the line on which an item begins; empty on one line
  JsonLayout layout;      // for the insides of a new value
};

// `container` has at least one item.
ItemLayout detect_item_layout(const JsonSource& source, std::uint32_t container,
                              const JsonLayout& file);

// The value with the tokens as they are spelled and white space by `layout`. `indent` is that of
// the line on which the value begins.
std::string print_json(const JsonSource& source, std::uint32_t index, const JsonLayout& layout,
                       std::string_view indent);

// The same for a text that is one value; its first character is not white space.
Result<std::string> print_json_text(std::string_view text, const JsonLayout& layout,
                                    std::string_view indent);

// Whether two values mean the same: white space, escapes, the spelling of numbers and the order of
// keys are ignored; of a duplicate key the last counts.
bool same_json_value(const JsonSource& a, std::uint32_t a_index, const JsonSource& b,
                     std::uint32_t b_index);

}  // namespace loop
