// SPDX-License-Identifier: MIT
// Putting files back from verified backups and checkpoints.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "loop/ops/error_recovery.h"
#include "loop/store/checkpoint_store.h"
#include "ops/error_facts.hpp"

namespace loop::ops {

// What is put back.
struct RollbackPlan {
  std::vector<RelativePath> files;
  std::optional<Checkpoint> checkpoint;    // from nothing else than this one
  std::optional<std::string> backup_path;  // of the only file
  bool is_for_damage = false;              // nobody named the files: sound ones stay as they are
};

struct DamagedFile {
  RelativePath path;
  std::string what;
};
Result<std::vector<DamagedFile>> find_damaged_files(const OperationContext& context);

// What the caller names, else the damaged files. Of a checkpoint without a file: all its files that
// have changed, but for task_timing.tsv, whose later rows would be lost. Errors as
// error_recovery says.
Result<RollbackPlan> plan_rollback(const OperationContext& context, const ErrorFacts& facts,
                                   const std::vector<DamagedFile>& damaged);

// Puts one file back: the newest copy, of backups and checkpoints together, whose hash is right,
// whose content is sound, and which is not what stands there now. The present file is backed up
// before. Nothing when it is right as it is: as in the named checkpoint, or sound, since another
// process mended it. not_found when there is no such copy.
Result<std::optional<ErrorRecoveryRestored>> roll_back(const OperationContext& context,
                                                       const RollbackPlan& plan,
                                                       const RelativePath& file);

}  // namespace loop::ops
