// SPDX-License-Identifier: MIT
// A modes file as a tree of texts, lists and maps: what its YAML and its JSON form have in common.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "loop/base/result.h"

namespace loop {

inline constexpr std::size_t kModeFileBytesMax = 4 * 1024 * 1024;
inline constexpr std::size_t kModeNodesMax = 200'000;  // texts, lists and maps of one file

struct ModeNode {
  enum class Kind { null, text, other, list, map };
  Kind kind = Kind::null;
  std::string text;                // of a text; of an `other` (number, boolean) as it is written
  std::vector<std::size_t> items;  // of a list
  std::vector<std::pair<std::string, std::size_t>> members;  // of a map
  std::size_t line = 0;                                      // from 1; 0: not known (JSON)
};

// Nodes refer to each other by index, so a YAML alias costs nothing and its repetitions are not
// copied. Aliases may even form a ring: walk to a fixed depth only.
struct ModeDocument {
  std::vector<ModeNode> nodes;
  std::size_t root = 0;

  const ModeNode& operator[](std::size_t index) const { return nodes[index]; }
  // The member of a map, or nullptr.
  const ModeNode* find(const ModeNode& map, std::string_view key) const;
};

// YAML with the replacement of typographic characters, else JSON as it stands. Errors say line and
// column. An empty text gives a null root.
Result<ModeDocument> read_mode_document(std::string_view text);

// The two codecs.
Result<ModeDocument> decode_mode_yaml(const std::string& text);
Result<ModeDocument> decode_mode_json(std::string_view text);

// Non-breaking spaces become spaces, dashes and minus signs "-", curly quotes straight ones;
// zero-width characters go. As Roo Code does before it parses YAML.
std::string replace_typographic_characters(std::string_view text);

}  // namespace loop
