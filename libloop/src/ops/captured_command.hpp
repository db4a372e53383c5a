// SPDX-License-Identifier: MIT
// A program that is run to its end, with the end of its output.
#pragma once

#include <string>
#include <vector>

#include "loop/ops/operation.h"

namespace loop::ops {

struct CommandRequest {
  std::vector<std::string> argv;  // never through a shell
  std::string directory;          // absolute
  Duration timeout{};
};

enum class CommandEnd {
  exited,           // by itself, or by a signal that is not ours
  timed_out,        // ended at its time limit
  too_much_output,  // ended at kCommandOutputBytesMax
};

struct CommandOutcome {
  CommandEnd end = CommandEnd::exited;
  ExitStatus status;
  Duration duration{};
  std::string output;  // the last kCommandTailBytes of stdout and stderr, valid UTF-8
  bool is_truncated = false;

  Duration timeout{};  // that was set

  bool ok() const { return end == CommandEnd::exited && status.ok(); }
};

// "exit code 3", "ended at its time limit of 20.0s".
std::string failure_of(const CommandOutcome& outcome);

inline constexpr std::size_t kCommandTailBytes = 64 * 1024;
inline constexpr std::uint64_t kCommandOutputBytesMax = 64ull * 1024 * 1024;

// Its whole process tree is gone when it returns: SIGTERM, two seconds, SIGKILL. `cancelled` when
// the caller gave up; not_found for a program that does not exist. The environment is the front-
// end's, with LOOP_ROOT.
Result<CommandOutcome> run_captured(const OperationContext& context, const CommandRequest& request);

// The operator's command, in its directory. `timeout` instead of its own.
Result<CommandOutcome> run_command(const OperationContext& context,
                                   const CommandDefinition& command,
                                   std::optional<Duration> timeout = std::nullopt);

}  // namespace loop::ops
