// SPDX-License-Identifier: MIT
// Checks of the other files, the disk, the engine, and what crashes leave behind.
#include <fmt/format.h>

#include "commands/doctor.hpp"
#include "loop/base/text.h"
#include "loop/base/version.h"
#include "loop/domain/memory_book.h"
#include "loop/domain/time_ledger.h"
#include "loop/domain/todo_list.h"
#include "loop/engine/journal.h"
#include "loop/store/file_content.h"
#include "loop/store/layout.h"
#include "schedule_view.hpp"
#include "text_forms.hpp"

namespace loopctl {

namespace {

constexpr std::uint64_t kFreeBytesMin = 100ull * 1024 * 1024;
constexpr loop::Duration kHeartbeatMax = std::chrono::minutes{2};
constexpr loop::Duration kTemporaryAgeMax = std::chrono::hours{1};
constexpr std::size_t kRowsNamedMax = 20;

// False when the file is absent: nothing to check.
bool exists(Session& session, const loop::RelativePath& path) {
  const auto info = session.files().info(path);
  return !info || info->has_value();
}

loop::Instant modified_at(const loop::FileInfo& info) {
  return loop::Instant{
      std::chrono::duration_cast<loop::Duration>(std::chrono::nanoseconds{info.modified_ns})};
}

void check_folder(Session& session, const std::optional<loop::RelativePath>& folder,
                  Findings& findings) {
  const auto entries = session.files().list(folder);
  if (!entries) return;  // an absent folder has no leftovers
  for (const loop::DirectoryEntry& entry : *entries) {
    const std::string name = folder ? folder->str() + "/" + entry.name : entry.name;
    if (entry.name.find(".torn.") != std::string::npos) {
      findings.add(
          Severity::note, name,
          "an unfinished line that a crash left behind was moved here; look, then remove it");
    }
    if (!loop::is_temporary_name(entry.name)) continue;
    const auto path = loop::RelativePath::parse(name);
    const auto info = path ? session.files().info(*path)
                           : loop::Result<std::optional<loop::FileInfo>>(std::nullopt);
    const bool is_old = info && *info && session.now() - modified_at(**info) > kTemporaryAgeMax;
    if (is_old) findings.add(Severity::note, name, "a temporary file that a crash left behind");
  }
}

}  // namespace

void check_timing(Session& session, Findings& findings) {
  const std::string file = loop::layout::timing().str();
  if (!exists(session, loop::layout::timing())) return;
  const auto table = loop::TimeLedger(session.files(), session.clock(), session.log()).read();
  if (!table) {
    findings.add(Severity::error, file, table.error().message());
    return;
  }
  std::size_t named = 0;
  for (const loop::UnreadableRow& row : table->unreadable) {
    if (++named > kRowsNamedMax) break;
    findings.add(Severity::error, file, row.reason, row.line);
  }
  if (named > kRowsNamedMax) {
    findings.add(Severity::error, file,
                 fmt::format("{} rows are not readable; `loopctl time check` names all",
                             table->unreadable.size()));
  }
  std::size_t shifted = 0;
  for (const loop::TimeRow& row : table->rows) shifted += row.shifted ? 1 : 0;
  if (shifted > 0) {
    findings.add(Severity::note, file,
                 fmt::format("{} of {} rows have shifted columns; they were understood", shifted,
                             table->rows.size()));
  }
}

void check_memory(Session& session, Findings& findings) {
  const std::string file = loop::layout::memory().str();
  if (!exists(session, loop::layout::memory())) return;
  loop::MemoryBook book(session.files(), session.clock(), session.random(), session.log());
  const auto memory = book.read();
  if (!memory) {
    findings.add(Severity::error, file, memory.error().message());
    return;
  }
  for (const loop::MemoryFinding& finding : memory->findings) {
    findings.add(Severity::error, file, fmt::format("{}: {}", finding.rule, finding.message),
                 finding.line);
  }
  if (memory->line_count * 10 > loop::kMemoryLinesMax * 9 &&
      memory->line_count <= loop::kMemoryLinesMax) {
    findings.add(Severity::note, file,
                 fmt::format("{} of {} lines", memory->line_count, loop::kMemoryLinesMax));
  }
}

void check_todo(Session& session, Findings& findings) {
  const std::string file = loop::layout::todo().str();
  const auto content = read_file_if_exists(session.files(), loop::layout::todo());
  if (!content) {
    findings.add(Severity::error, file, content.error().message());
    return;
  }
  if (!*content) return;
  if (const auto bad = loop::find_invalid_utf8((*content)->bytes)) {
    findings.add(Severity::error, file, fmt::format("byte {} is not valid UTF-8", *bad));
  }
}

void check_disk(Session& session, Findings& findings) {
  const auto space = session.files().space();
  if (!space) {
    findings.add(Severity::error, "", space.error().message());
    return;
  }
  if (space->free_bytes < kFreeBytesMin) {
    findings.add(Severity::error, "",
                 fmt::format("the disk has {} MiB free; at least {} MiB are "
                             "wanted",
                             space->free_bytes >> 20, kFreeBytesMin >> 20));
  }
  const auto config = session.config();
  const bool is_allowed = config && (*config)->config.allow_network_fs;
  if (space->is_network) {
    findings.add(is_allowed ? Severity::warning : Severity::error, "",
                 fmt::format("the workspace is on a network file system ({}), where locks and "
                             "appends are not to be trusted",
                             space->type_name));
  }
}

void check_engine(Session& session, Findings& findings) {
  const auto status = read_engine_status(session.files());
  if (!status) {
    findings.add(Severity::error, loop::layout::engine_status().str(), status.error().message());
    return;
  }
  if (status->is_alive && status->heartbeat && session.now() - *status->heartbeat > kHeartbeatMax) {
    findings.add(Severity::error, loop::layout::engine_status().str(),
                 fmt::format("engine {} holds its lock, but its last sign of life is {}",
                             status->pid, relative_time(*status->heartbeat, session.now())));
  }
  if (status->is_alive && !status->version.empty() && status->version != loop::version()) {
    findings.add(Severity::note, "",
                 fmt::format("the engine is version {}, this program {}",
                             shown(status->version, 40), loop::version()));
  }
  const auto history = read_history(session.files(), session.clock(), session.log());
  if (!history) {
    findings.add(Severity::error, loop::layout::journal().str(), history.error().message());
    return;
  }
  if (!history->live().empty() && !status->is_alive) {
    findings.add(Severity::warning, "",
                 fmt::format("{} runs are not over and no engine follows them: `loopctl run`",
                             history->live().size()));
  }
  for (const auto& [id, past] : history->schedules()) {
    if (!is_escalated(past)) continue;
    findings.add(Severity::warning, "",
                 fmt::format("the escalation of schedule {} is open: "
                             "`loopctl escalation list`",
                             shown(id.str(), 80)));
  }
}

void check_leftovers(Session& session, Findings& findings) {
  check_folder(session, std::nullopt, findings);
  check_folder(session, loop::RelativePath::of(".roo"), findings);
  check_folder(session, loop::layout::state(), findings);
  loop::Journal journal(session.files(), session.clock(), session.log());
  const auto entries = journal.read_new();
  if (entries && journal.damaged_lines() > 0) {
    findings.add(Severity::error, loop::layout::journal().str(),
                 fmt::format("{} lines are damaged and were passed over", journal.damaged_lines()));
  }
}

}  // namespace loopctl
