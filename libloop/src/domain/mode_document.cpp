// SPDX-License-Identifier: MIT
// Chooses the codec of a modes file, after the checks that both need.
#include "domain/mode_document.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "loop/base/text.h"

namespace loop {

namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

std::size_t line_of(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  return static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')) + 1;
}

bool is_forbidden_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 && c != '\t' && c != '\n' && c != '\r';
}

// Neither format allows control characters; yaml-cpp would take 0x04 for the end of the file.
Status check_characters(std::string_view text) {
  if (const auto offset = find_invalid_utf8(text)) {
    return Error(Errc::invalid_data,
                 fmt::format("line {}: byte {} is not UTF-8", line_of(text, *offset), *offset));
  }
  const auto control = std::find_if(text.begin(), text.end(), is_forbidden_control);
  if (control == text.end()) return {};
  const auto offset = static_cast<std::size_t>(control - text.begin());
  return Error(Errc::invalid_data,
               fmt::format("line {}: control character 0x{:02x}", line_of(text, offset),
                           static_cast<unsigned>(static_cast<unsigned char>(*control))));
}

struct Replacement {
  std::size_t length = 0;  // of the character replaced, in bytes
  std::string_view with;
};

// The characters begin with C2 A0 (U+00A0), E2 80 (U+2000 to U+203F) or E2 88 92 (U+2212).
Replacement replacement_at(std::string_view text) {
  if (text.starts_with("\xc2\xa0")) return {2, " "};
  if (text.starts_with("\xe2\x88\x92")) return {3, "-"};
  if (text.size() < 3 || !text.starts_with("\xe2\x80")) return {};
  const auto last = static_cast<unsigned char>(text[2]);
  if (last >= 0x8b && last <= 0x8d) return {3, ""};    // U+200B to U+200D
  if (last >= 0x90 && last <= 0x95) return {3, "-"};   // U+2010 to U+2015
  if (last == 0x98 || last == 0x99) return {3, "'"};   // U+2018, U+2019
  if (last == 0x9c || last == 0x9d) return {3, "\""};  // U+201C, U+201D
  return {};
}

}  // namespace

const ModeNode* ModeDocument::find(const ModeNode& map, std::string_view key) const {
  for (const auto& [name, index] : map.members) {
    if (name == key) return &nodes[index];
  }
  return nullptr;
}

std::string replace_typographic_characters(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const Replacement replacement = replacement_at(text.substr(i));
    if (replacement.length == 0) {
      out += text[i++];
      continue;
    }
    out += replacement.with;
    i += replacement.length;
  }
  return out;
}

Result<ModeDocument> read_mode_document(std::string_view text) {
  if (text.size() > kModeFileBytesMax) {
    return Error(Errc::too_large, fmt::format("the file has {} bytes; at most {} are allowed",
                                              text.size(), kModeFileBytesMax));
  }
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  LOOP_TRY_VOID(check_characters(text));
  auto yaml = decode_mode_yaml(replace_typographic_characters(text));
  if (yaml) return yaml;
  auto json = decode_mode_json(text);
  if (json) return json;
  // The message of the format that was meant.
  return trim(text).starts_with('{') ? std::move(json) : std::move(yaml);
}

}  // namespace loop
