// SPDX-License-Identifier: MIT
// What stands in the hash file of a named backup.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "loop/base/time.h"

namespace loop::ops {

// Lines that sha256sum takes for comments, then its own: "<digest>  <name>".
struct BackupNote {
  std::string sha256;
  std::string name;                   // of the copy
  std::optional<std::string> source;  // path of the file that it is a copy of
  std::optional<std::string> series;  // the name that was asked for, without time and number
  std::optional<Instant> made;
};

std::string format_backup_note(const BackupNote& note);

// Nothing without exactly one line of sha256sum; comments may be missing.
std::optional<BackupNote> parse_backup_note(std::string_view text);

}  // namespace loop::ops
