// SPDX-License-Identifier: MIT
// Names of backups: the folder of a source, and one copy in it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "loop/base/time.h"
#include "loop/store/relative_path.h"

namespace loop {

inline constexpr std::string_view kHashSuffix = ".sha256";

// .loop/backups/<source, percent-encoded into one component>. Two sources never share one.
RelativePath backup_directory(const RelativePath& source);

struct BackupName {
  std::string text;
  Instant made;
};

// "20251101T063800.123Z-1a2b3c4d".
std::string format_backup_name(Instant made, std::string_view sha256);

// Nothing for anything else, hash files among it.
std::optional<BackupName> parse_backup_name(std::string_view text);

}  // namespace loop
