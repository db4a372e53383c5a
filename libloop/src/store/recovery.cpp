// SPDX-License-Identifier: MIT
// Opening a workspace for writing.
#include "loop/store/recovery.h"

#include "loop/base/text.h"
#include "loop/store/append_log.h"
#include "loop/store/file_content.h"
#include "loop/store/layout.h"
#include "store/file_io.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

namespace loop {

namespace {

constexpr Duration kTemporaryAge = std::chrono::hours{1};
// .loop/runs/<run>/ and .loop/backups/<source>/ are the deepest folders that are written.
constexpr int kStateDepthMax = 2;
constexpr std::size_t kTimeColumns = 9;

constexpr std::string_view kIgnore =
    "# The state of the workspace, but for its configuration, is no matter of version control.\n"
    "*\n"
    "!config.toml\n";

// A row of task_timing.tsv whose last column was not cut: old writers left out the last newline.
bool is_whole_time_row(std::string_view line) {
  constexpr std::array<std::string_view, 9> kLastColumns{
      "", "normal", "schedule", "todo", "low", "medium", "high", "critical", "priority"};
  const auto columns = split(line, '\t');
  return columns.size() == kTimeColumns &&
         std::find(kLastColumns.begin(), kLastColumns.end(), columns.back()) != kLastColumns.end();
}

Status refuse_network(FileSystem& files, Log& log, const RecoveryOptions& options) {
  LOOP_TRY(const SpaceInfo space, files.space());
  if (!space.is_network) return {};
  const std::string where = fmt::format("{} is on a network file system ({})",
                                        to_valid_utf8(files.root()), space.type_name);
  if (!options.allow_network_fs) {
    return Error(Errc::unsupported,
                 where +
                     ", where locks and appends of several processes cannot be trusted; only "
                     "local file systems are allowed unless the operator permits others");
  }
  log.warning(where + ": locks and appends of several processes cannot be trusted there");
  return {};
}

// Looks into the folders that are written.
class TemporaryFinder {
 public:
  TemporaryFinder(FileSystem& files, Clock& clock) : files_(files), clock_(clock) {}

  Result<std::vector<RelativePath>> run() {
    std::set<std::optional<RelativePath>> folders;
    for (const auto& path : {layout::schedules(), layout::modes(), layout::timing(),
                             layout::memory(), layout::todo()}) {
      // A link's target is what is replaced, so its folder is where the temporary file lies.
      if (const auto target = files_.resolve(path)) folders.insert(parent_of(*target));
    }
    for (const auto& folder : folders) LOOP_TRY_VOID(look_into(folder, 0));
    LOOP_TRY_VOID(look_into(layout::state(), kStateDepthMax));
    return std::move(found_);
  }

 private:
  Status look_into(const std::optional<RelativePath>& folder, int depth) {
    auto entries = files_.list(folder);
    if (!entries && entries.error().code() == Errc::not_found) return {};
    if (!entries) return std::move(entries).error();
    for (const DirectoryEntry& entry : *entries) {
      // Names that no path of ours can hold are not ours.
      const auto path = RelativePath::parse(folder ? folder->str() + "/" + entry.name : entry.name);
      if (!path) continue;
      if (entry.kind == FileKind::directory && depth > 0) {
        LOOP_TRY_VOID(look_into(*path, depth - 1));
      }
      if (entry.kind == FileKind::regular && is_temporary_name(entry.name) && is_old(*path) &&
          !is_held(*path)) {
        found_.push_back(*path);
      }
    }
    return {};
  }

  bool is_old(const RelativePath& path) {
    const auto info = files_.info(path);
    if (!info || !*info) return false;
    const auto modified = Instant{
        std::chrono::duration_cast<Duration>(std::chrono::nanoseconds{(*info)->modified_ns})};
    return clock_.now() - modified > kTemporaryAge;
  }

  bool is_held(const RelativePath& path) {
    const auto file = files_.open(path, {});
    if (!file) return false;
    const auto is_free = (*file)->try_lock(LockMode::exclusive);
    return is_free && !*is_free;
  }

  FileSystem& files_;
  Clock& clock_;
  std::vector<RelativePath> found_;
};

class Recovery {
 public:
  Recovery(FileSystem& files, Clock& clock, RandomSource& random, Log& log)
      : files_(files), clock_(clock), random_(random), log_(log) {}

  Result<RecoveryReport> run() {
    LOOP_TRY_VOID(make_state());
    LOOP_TRY_VOID(make_ignore());
    LOOP_TRY_VOID(remove_temporaries());
    AppendLogOptions timing;
    timing.is_whole_line = is_whole_time_row;
    timing.are_lines_independent = true;
    LOOP_TRY_VOID(repair(layout::timing(), std::move(timing)));
    LOOP_TRY_VOID(repair(layout::journal(), {}));
    return std::move(report_);
  }

 private:
  Status make_state() {
    for (const auto& path : {layout::state(), layout::runs(), layout::locks(), layout::backups(),
                             layout::memory_archive()}) {
      LOOP_TRY(const auto present, files_.info(path));
      if (present && present->kind == FileKind::directory) continue;
      LOOP_TRY_VOID(make_directories(files_, path));
      if (!present) report_.actions.push_back(fmt::format("{} was created", path.str()));
    }
    return {};
  }

  Status make_ignore() {
    const RelativePath ignore = layout::state() / ".gitignore";
    LOOP_TRY(const auto present, files_.info(ignore));
    if (present) return {};
    LOOP_TRY_VOID(replace_file(files_, random_, ignore, kIgnore));
    report_.actions.push_back(fmt::format("{} was created", ignore.str()));
    return {};
  }

  Status remove_temporaries() {
    LOOP_TRY(const auto found, find_stale_temporaries(files_, clock_));
    for (const RelativePath& path : found) remove(path);
    return {};
  }

  // Litter that cannot be removed is no reason to refuse work.
  void remove(const RelativePath& path) {
    if (const auto removed = files_.remove(path); !removed) {
      log_.warning(removed.error().message());
      return;
    }
    report_.actions.push_back(
        fmt::format("{}, left by an interrupted replacement, was removed", shown(path)));
    log_.info(report_.actions.back());
  }

  Status repair(const RelativePath& path, AppendLogOptions options) {
    AppendLog log(files_, clock_, log_, path, std::move(options));
    LOOP_TRY(auto done, log.repair());
    if (done) report_.actions.push_back(std::move(*done));
    return {};
  }

  FileSystem& files_;
  Clock& clock_;
  RandomSource& random_;
  Log& log_;
  RecoveryReport report_;
};

}  // namespace

Result<std::vector<RelativePath>> find_stale_temporaries(FileSystem& files, Clock& clock) {
  return TemporaryFinder(files, clock).run();
}

Result<RecoveryReport> prepare_state(FileSystem& files, Clock& clock, RandomSource& random,
                                     Log& log, const RecoveryOptions& options) {
  LOOP_TRY_VOID(refuse_network(files, log, options));
  return Recovery(files, clock, random, log).run();
}

}  // namespace loop
