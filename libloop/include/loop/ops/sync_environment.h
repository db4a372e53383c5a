// SPDX-License-Identifier: MIT
// The operation that takes note of what changed in the workspace's files, and runs the operator's
// sync commands.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "loop/ops/operation.h"

namespace loop {

enum class SyncType {
  full,       // all of the below
  files,      // the files shared with people, editors and other programs
  config,     // .loop/config.toml
  modes,      // .roomodes
  schedules,  // .roo/schedules.json
  commands,   // the operator's commands for sync
};

struct SyncEnvironmentRequest {
  SyncType sync_type = SyncType::full;
  std::vector<std::string> target_components;  // of these only; all that the type has when empty
  bool verify_sync = true;
};

struct SyncFileAnswer {
  std::string component;  // schedules, modes, timing, memory, todo or config
  std::string file;
  std::string change;                  // added, changed, removed, unchanged, absent or unreadable
  std::optional<std::string> problem;  // why it could not be read or understood
};

struct SyncCommandAnswer {
  std::string name;
  std::string status;  // succeeded, failed or not_run
  std::optional<std::string> reason;
  std::optional<std::int64_t> duration_ms;
  std::optional<std::string> output;  // the end of what it printed
};

struct SyncEnvironmentAnswer {
  bool is_success = true;  // no problem, no failed command, and verified when asked
  std::vector<SyncFileAnswer> files;
  std::vector<SyncCommandAnswer> commands;
  std::int64_t changed = 0;            // files that are not as last seen
  std::int64_t schedules_updated = 0;  // whose mirror fields were wrong
  std::optional<bool> verified;        // the files are still those that were compared
};

// What was seen is durable before it returns. Commands run in their order; after the first failure
// none of the later ones. `locked` while another process syncs for longer than the lock's wait.
Result<SyncEnvironmentAnswer> sync_environment(const OperationContext& context,
                                               const SyncEnvironmentRequest& request);

}  // namespace loop
