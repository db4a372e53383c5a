// SPDX-License-Identifier: MIT
// Choosing the copy, and putting it in place.
#include "ops/rollback.hpp"

#include "loop/base/sha256.h"
#include "loop/base/text.h"
#include "loop/ops/restore_file.h"
#include "loop/store/backup_store.h"
#include "loop/store/layout.h"
#include "ops/file_guard.hpp"
#include "ops/file_damage.hpp"
#include "ops/integrity_checks.hpp"
#include "ops/write_target.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace loop::ops {

namespace {

CheckpointStore checkpoints_of(const OperationContext& context) {
  return {context.services.files, context.services.clock, context.services.random};
}

Error no_such_checkpoint(const std::string& name, const std::vector<Checkpoint>& known) {
  std::string newest;
  if (!known.empty()) newest = fmt::format(", the newest is {}", known.front().name());
  return Error(
      Errc::not_found,
      fmt::format("error_context.checkpoint: there is no checkpoint \"{}\"; there are {}{}",
                  ellipsize(to_single_line(name), 100), known.size(), newest));
}

Result<Checkpoint> require_checkpoint(const OperationContext& context, const std::string& wanted) {
  CheckpointStore store = checkpoints_of(context);
  LOOP_TRY(auto known, store.list());
  const auto found = std::ranges::find_if(known, [&](const Checkpoint& checkpoint) {
    return checkpoint.name() == wanted || checkpoint.path.str() == wanted;
  });
  if (found == known.end()) return no_such_checkpoint(wanted, known);
  return std::move(*found);
}

const CheckpointFile* file_in(const Checkpoint& checkpoint, const RelativePath& source) {
  const auto found = std::ranges::find(checkpoint.files, source, &CheckpointFile::source);
  return found == checkpoint.files.end() ? nullptr : &*found;
}

// A copy that might be put back.
struct Candidate {
  RelativePath path;
  Instant made;
  std::string sha256;
};

// Of `named` alone when it is given; newest first. Backups of a file that is reached by a link may
// go by its name or by that of the link.
Result<std::vector<Candidate>> candidates(const OperationContext& context,
                                          const RelativePath& source,
                                          const RelativePath& real_source,
                                          const std::optional<Checkpoint>& named) {
  const EngineContext& services = context.services;
  std::vector<Candidate> found;
  std::vector<Checkpoint> checkpoints;
  if (named) {
    checkpoints.push_back(*named);
  } else {
    LOOP_TRY(checkpoints, checkpoints_of(context).list());
    BackupStore store(services.files, services.clock, services.random);
    for (const RelativePath& name : std::set{source, real_source}) {
      LOOP_TRY(const auto backups, store.list(name));
      for (const Backup& backup : backups)
        found.push_back({backup.path, backup.made, backup.sha256});
    }
  }
  for (const Checkpoint& checkpoint : checkpoints) {
    if (const CheckpointFile* file = file_in(checkpoint, source))
      found.push_back({file->copy, checkpoint.made, file->sha256});
  }
  std::ranges::stable_sort(found, std::ranges::greater{}, &Candidate::made);
  return found;
}

struct Copy {
  RelativePath path;
  std::string content;
};

// Nothing for one that cannot be read, is damaged, or whose content would be no better.
std::optional<Copy> sound_copy(FileSystem& files, const Candidate& candidate,
                               const RelativePath& source) {
  auto content = read_file(files, candidate.path);
  if (!content || sha256_hex(content->bytes) != candidate.sha256) return std::nullopt;
  if (damage_in(source, content->bytes)) return std::nullopt;
  return Copy{candidate.path, std::move(content->bytes)};
}

Result<std::optional<ErrorRecoveryRestored>> put_back(const OperationContext& context,
                                                      const RollbackPlan& plan,
                                                      const RelativePath& file) {
  LOOP_TRY(WriteTarget target, WriteTarget::open(context, FileGuard(context), file));
  LOOP_TRY(const auto present, target.look());
  if (plan.is_for_damage && present && !damage_in(file, *present)) {
    return std::optional<ErrorRecoveryRestored>();
  }
  LOOP_TRY(const auto found, candidates(context, file, target.path(), plan.checkpoint));
  const std::string present_hash = present ? sha256_hex(*present) : std::string{};
  for (const Candidate& candidate : found) {
    if (candidate.sha256 == present_hash) {
      if (plan.checkpoint) return std::optional<ErrorRecoveryRestored>();
      continue;
    }
    const auto copy = sound_copy(context.services.files, candidate, file);
    if (!copy) continue;
    LOOP_TRY_VOID(target.back_up());
    LOOP_TRY_VOID(target.make_parent());
    LOOP_TRY_VOID(target.replace(copy->content));
    return std::optional(
        ErrorRecoveryRestored{shown(target.path()), shown(copy->path), candidate.sha256});
  }
  return Error(Errc::not_found,
               found.empty() ? fmt::format("there is no backup or checkpoint of {}", shown(file))
                             : fmt::format("none of the {} copies of {} is sound and differs from "
                                           "what is there",
                                           found.size(), shown(file)));
}

}  // namespace

Result<std::vector<DamagedFile>> find_damaged_files(const OperationContext& context) {
  std::vector<DamagedFile> damaged;
  for (const RelativePath& path : orchestrator_files()) {
    const auto content = read_file_if_exists(context.services.files, path);
    // Not a regular file, or not to be read: an older copy would not help.
    if (!content || !*content) continue;
    if (auto what = damage_in(path, (*content)->bytes)) damaged.push_back({path, std::move(*what)});
  }
  return damaged;
}

Result<RollbackPlan> plan_rollback(const OperationContext& context, const ErrorFacts& facts,
                                   const std::vector<DamagedFile>& damaged) {
  RollbackPlan plan{.backup_path = facts.backup_path};
  if (facts.backup_path && facts.checkpoint) {
    return Error(Errc::invalid_argument,
                 "error_context has both backup_path and checkpoint; only one is allowed");
  }
  if (facts.backup_path && !facts.file_path) {
    return Error(Errc::invalid_argument,
                 "error_context.backup_path needs error_context.file_path: what it is a backup of");
  }
  if (facts.checkpoint) {
    LOOP_TRY(plan.checkpoint, require_checkpoint(context, *facts.checkpoint));
  }
  if (facts.file_path) {
    LOOP_TRY_VOID(FileGuard(context).check_writing(*facts.file_path));
    plan.files.push_back(*facts.file_path);
  } else if (plan.checkpoint) {
    for (const CheckpointFile& file : plan.checkpoint->files) {
      if (file.source != layout::timing()) plan.files.push_back(file.source);
    }
  } else {
    plan.is_for_damage = true;
    for (const DamagedFile& file : damaged) plan.files.push_back(file.path);
  }
  return plan;
}

Result<std::optional<ErrorRecoveryRestored>> roll_back(const OperationContext& context,
                                                       const RollbackPlan& plan,
                                                       const RelativePath& file) {
  if (!plan.backup_path) return put_back(context, plan, file);
  LOOP_TRY(auto restored,
           restore_file(context, {.file_path = file.str(), .backup_path = plan.backup_path}));
  return std::optional(ErrorRecoveryRestored{std::move(restored.file_path),
                                             std::move(restored.restored_from),
                                             std::move(restored.sha256)});
}

}  // namespace loop::ops
