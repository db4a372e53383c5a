// SPDX-License-Identifier: MIT
// Writing and reading hash files.
#include "ops/backup_note.hpp"

#include "loop/base/text.h"

#include <fmt/format.h>

#include <algorithm>

namespace loop::ops {

namespace {

constexpr std::size_t kDigestDigits = 64;
constexpr std::string_view kSource = "# source: ";
constexpr std::string_view kSeries = "# series: ";
constexpr std::string_view kMade = "# made: ";

bool is_digest(std::string_view text) {
  return text.size() == kDigestDigits &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool read_comment(std::string_view line, BackupNote& note) {
  if (line.starts_with(kSource)) {
    note.source = line.substr(kSource.size());
  } else if (line.starts_with(kSeries)) {
    note.series = line.substr(kSeries.size());
  } else if (line.starts_with(kMade)) {
    note.made = parse_instant(std::string(line.substr(kMade.size())));
  }
  return line.starts_with('#');
}

}  // namespace

std::string format_backup_note(const BackupNote& note) {
  std::string text;
  if (note.source) text += fmt::format("{}{}\n", kSource, *note.source);
  if (note.series) text += fmt::format("{}{}\n", kSeries, *note.series);
  if (note.made) text += fmt::format("{}{}\n", kMade, format_instant(*note.made));
  return text + fmt::format("{}  {}\n", note.sha256, note.name);
}

std::optional<BackupNote> parse_backup_note(std::string_view text) {
  BackupNote note;
  for (const std::string_view line : split_lines(text)) {
    if (read_comment(line, note)) continue;
    // Two spaces, or one and the star of binary mode.
    const std::string_view mark =
        line.substr(0, kDigestDigits + 2).substr(std::min(line.size(), kDigestDigits));
    if (!note.sha256.empty() || !is_digest(line.substr(0, kDigestDigits)) ||
        (mark != "  " && mark != " *")) {
      return std::nullopt;
    }
    note.sha256 = line.substr(0, kDigestDigits);
    note.name = line.substr(kDigestDigits + 2);
  }
  if (note.sha256.empty()) return std::nullopt;
  return note;
}

}  // namespace loop::ops
