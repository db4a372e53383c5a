// SPDX-License-Identifier: MIT
// Encoding and parsing of the names of backups.
#include "store/backup_name.hpp"

#include "loop/base/sha256.h"
#include "loop/store/layout.h"

#include <fmt/format.h>

namespace loop {

namespace {

constexpr std::size_t kEncodedBytesMax = 255;
constexpr std::size_t kHashDigits = 8;
constexpr std::string_view kPattern = "00000000T000000.000Z-xxxxxxxx";

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-';
}

std::string encode(std::string_view source) {
  std::string encoded;
  for (const char c : source) {
    if (is_plain(c)) {
      encoded += c;
    } else {
      fmt::format_to(std::back_inserter(encoded), "%{:02X}", static_cast<unsigned char>(c));
    }
  }
  if (encoded.size() <= kEncodedBytesMax) return encoded;
  // "%sha256-" begins no encoded name: a percent sign there is followed by two digits.
  return "%sha256-" + sha256_hex(source);
}

bool matches_pattern(std::string_view text) {
  if (text.size() != kPattern.size()) return false;
  for (std::size_t index = 0; index < text.size(); ++index) {
    const char c = text[index];
    const bool is_digit = c >= '0' && c <= '9';
    const bool is_hex = is_digit || (c >= 'a' && c <= 'f');
    const char wanted = kPattern[index];
    if (wanted == '0' ? !is_digit : wanted == 'x' ? !is_hex : c != wanted) return false;
  }
  return true;
}

}  // namespace

RelativePath backup_directory(const RelativePath& source) {
  return layout::backups() / encode(source.str());
}

std::string format_backup_name(Instant made, std::string_view sha256) {
  std::string seconds = format_compact(made);
  seconds.pop_back();  // its Z
  const std::string precise = format_instant(made);
  const std::string_view milliseconds = std::string_view(precise).substr(precise.size() - 4, 3);
  return fmt::format("{}.{}Z-{}", seconds, milliseconds, sha256.substr(0, kHashDigits));
}

std::optional<BackupName> parse_backup_name(std::string_view text) {
  if (!matches_pattern(text)) return std::nullopt;
  const auto seconds = parse_compact(std::string(text.substr(0, 15)) + "Z");
  if (!seconds) return std::nullopt;
  int milliseconds = 0;
  for (const char digit : text.substr(16, 3)) milliseconds = milliseconds * 10 + (digit - '0');
  return BackupName{std::string(text), *seconds + Duration{milliseconds}};
}

}  // namespace loop
