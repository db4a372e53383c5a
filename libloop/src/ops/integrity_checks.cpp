// SPDX-License-Identifier: MIT
// Whether a file can be read, is text, has no leftovers of a merge, and has backups that verify.
#include "ops/integrity_checks.hpp"

#include <fmt/format.h>

#include "loop/base/text.h"
#include "loop/store/backup_store.h"
#include "loop/store/file_content.h"
#include "loop/store/layout.h"

namespace loop::ops {

namespace {

constexpr std::size_t kMarkersNamedMax = 20;

void check_text(const std::string& file, std::string_view bytes, Findings& findings) {
  if (const auto bad = find_invalid_utf8(bytes)) {
    findings.add(Severity::error, "integrity.invalid_utf8", file,
                 fmt::format("byte {} is not valid UTF-8", *bad));
  }
  if (const auto zero = bytes.find('\0'); zero != std::string_view::npos) {
    findings.add(Severity::error, "integrity.nul_byte", file,
                 fmt::format("byte {} is NUL: a crash or a full disk may have cut the file", zero));
  }
  std::size_t number = 0, named = 0;
  for (const std::string_view line : split_lines(bytes)) {
    ++number;
    const bool is_marker = line.starts_with("<<<<<<< ") || line.starts_with(">>>>>>> ");
    if (!is_marker || ++named > kMarkersNamedMax) continue;
    findings.add(Severity::error, "integrity.merge_conflict", file,
                 "a merge left its conflict marker here", number);
  }
}

void check_backups(const OperationContext& context, const RelativePath& path, Findings& findings) {
  const EngineContext& services = context.services;
  BackupStore store(services.files, services.clock, services.random);
  const auto backups = store.list(path);
  if (!backups) {
    findings.add(Severity::warning, "integrity.backup", path.str(), backups.error().message());
    return;
  }
  for (const Backup& backup : *backups) {
    const auto content = store.read(backup);
    if (content) continue;
    findings.add(Severity::warning, "integrity.backup", backup.path.str(),
                 content.error().message());
  }
}

}  // namespace

std::vector<RelativePath> orchestrator_files() {
  return {layout::schedules(), layout::modes(), layout::timing(), layout::memory(), layout::todo()};
}

void check_integrity(const OperationContext& context, const RelativePath& path, bool is_required,
                     Findings& findings) {
  const auto content = read_file_if_exists(context.services.files, path);
  if (!content) {
    findings.add(Severity::error, "integrity.unreadable", path.str(), content.error().message());
  } else if (!*content) {
    findings.add(is_required ? Severity::error : Severity::note, "integrity.absent", path.str(),
                 "does not exist");
  } else {
    check_text(path.str(), (*content)->bytes, findings);
  }
  check_backups(context, path, findings);
}

}  // namespace loop::ops
