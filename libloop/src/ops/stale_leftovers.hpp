// SPDX-License-Identifier: MIT
// What crashes left behind and nobody uses any more.
#pragma once

#include <string>
#include <vector>

#include "loop/ops/operation.h"

namespace loop::ops {

enum class LeftoverKind {
  temporary,   // of a replacement, older than 1 h
  lock,        // "<file>.lock" of another program beside one of the shared files, older than 1 h
  checkpoint,  // that was not finished, older than 1 h
};

struct Leftover {
  LeftoverKind kind;
  RelativePath path;
};

// Only what no process holds with flock. The files in .loop/locks are none: the kernel frees those
// locks, and the files stay. Of another program's lock the age tells: such a program renews the
// time of a lock that it holds every few seconds.
Result<std::vector<Leftover>> find_leftovers(const OperationContext& context);

// Looks once more before removing. False when it is in use or gone meanwhile.
Result<bool> remove_leftover(const OperationContext& context, const Leftover& leftover);

// "<name> is held by pid <n> since <time>" for each lock of the workspace that somebody holds.
Result<std::vector<std::string>> held_locks(const OperationContext& context);

}  // namespace loop::ops
