// SPDX-License-Identifier: MIT
// Checks of the files that people and agents write, and of what crashes leave beside them.
#include <fmt/format.h>

#include "loop/base/text.h"
#include "loop/domain/memory_book.h"
#include "loop/domain/time_ledger.h"
#include "loop/engine/journal.h"
#include "loop/store/file_content.h"
#include "loop/store/layout.h"
#include "ops/file_times.hpp"
#include "ops/workspace_checks.hpp"

namespace loop::ops {

namespace {

constexpr Duration kTemporaryAgeMax = std::chrono::hours{1};
constexpr std::size_t kRowsNamedMax = 20;

// False when the file is absent: nothing to check.
bool exists(const OperationContext& context, const RelativePath& path) {
  const auto info = context.services.files.info(path);
  return !info || info->has_value();
}

void check_folder(const OperationContext& context, const std::optional<RelativePath>& folder,
                  Findings& findings) {
  FileSystem& files = context.services.files;
  const auto entries = files.list(folder);
  if (!entries) return;  // an absent folder has no leftovers
  for (const DirectoryEntry& entry : *entries) {
    const std::string name = folder ? folder->str() + "/" + entry.name : entry.name;
    if (entry.name.find(".torn.") != std::string::npos) {
      findings.add(
          Severity::note, "leftovers.torn_line", name,
          "an unfinished line that a crash left behind was moved here; look, then remove it");
    }
    if (!is_temporary_name(entry.name)) continue;
    const auto path = RelativePath::parse(name);
    const auto info = path ? files.info(*path) : Result<std::optional<FileInfo>>(std::nullopt);
    const bool is_old = info && *info && context.now() - modified(**info) > kTemporaryAgeMax;
    if (is_old) {
      findings.add(Severity::note, "leftovers.temporary_file", name,
                   "a temporary file that a crash left behind");
    }
  }
}

}  // namespace

void check_timing(const OperationContext& context, Findings& findings) {
  const std::string file = layout::timing().str();
  if (!exists(context, layout::timing())) return;
  const EngineContext& services = context.services;
  const auto table = TimeLedger(services.files, services.clock, services.log).read();
  if (!table) {
    findings.add(Severity::error, "timing.unreadable", file, table.error().message());
    return;
  }
  std::size_t named = 0;
  for (const UnreadableRow& row : table->unreadable) {
    if (++named > kRowsNamedMax) break;
    findings.add(Severity::error, "timing.unreadable_row", file, row.reason, row.line);
  }
  if (named > kRowsNamedMax) {
    findings.add(Severity::error, "timing.unreadable_row", file,
                 fmt::format("{} rows are not readable; `loopctl time check` names all",
                             table->unreadable.size()));
  }
  std::size_t shifted = 0;
  for (const TimeRow& row : table->rows) shifted += row.shifted ? 1 : 0;
  if (shifted > 0) {
    findings.add(Severity::note, "timing.shifted_columns", file,
                 fmt::format("{} of {} rows have shifted columns; they were understood", shifted,
                             table->rows.size()));
  }
}

void check_memory(const OperationContext& context, Findings& findings) {
  const std::string file = layout::memory().str();
  if (!exists(context, layout::memory())) return;
  const EngineContext& services = context.services;
  MemoryBook book(services.files, services.clock, services.random, services.log);
  const auto memory = book.read();
  if (!memory) {
    findings.add(Severity::error, "memory.unreadable", file, memory.error().message());
    return;
  }
  for (const MemoryFinding& finding : memory->findings) {
    findings.add(Severity::error, "memory." + finding.rule, file, finding.message, finding.line);
  }
  if (memory->line_count * 10 > kMemoryLinesMax * 9 && memory->line_count <= kMemoryLinesMax) {
    findings.add(Severity::note, "memory.nearly_full", file,
                 fmt::format("{} of {} lines", memory->line_count, kMemoryLinesMax));
  }
}

void check_todo(const OperationContext& context, Findings& findings) {
  const std::string file = layout::todo().str();
  const auto content = read_file_if_exists(context.services.files, layout::todo());
  if (!content) {
    findings.add(Severity::error, "todo.unreadable", file, content.error().message());
    return;
  }
  if (!*content) return;
  if (const auto bad = find_invalid_utf8((*content)->bytes)) {
    findings.add(Severity::error, "todo.invalid_utf8", file,
                 fmt::format("byte {} is not valid UTF-8", *bad));
  }
}

void check_leftovers(const OperationContext& context, Findings& findings) {
  check_folder(context, std::nullopt, findings);
  check_folder(context, RelativePath::of(".roo"), findings);
  check_folder(context, layout::state(), findings);
  const EngineContext& services = context.services;
  Journal journal(services.files, services.clock, services.log);
  const auto entries = journal.read_new();
  if (entries && journal.damaged_lines() > 0) {
    findings.add(Severity::error, "leftovers.damaged_journal", layout::journal().str(),
                 fmt::format("{} lines are damaged and were passed over", journal.damaged_lines()));
  }
}

}  // namespace loop::ops
