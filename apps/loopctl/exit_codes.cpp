// SPDX-License-Identifier: MIT
// Errors to exit codes.
#include "exit_codes.hpp"

namespace loopctl {

using loop::Errc;

ExitCode exit_code_of(Errc code) noexcept {
  switch (code) {
    case Errc::invalid_argument:
    case Errc::outside_root: return ExitCode::usage;
    case Errc::not_found: return ExitCode::not_found;
    case Errc::already_exists:
    case Errc::conflict:
    case Errc::locked: return ExitCode::conflict;
    case Errc::too_large:
    case Errc::limit_reached: return ExitCode::limit_reached;
    case Errc::invalid_data: return ExitCode::problems_found;
    case Errc::timed_out: return ExitCode::timed_out;
    case Errc::cancelled: return ExitCode::interrupted;
    case Errc::not_trusted:
    case Errc::unsupported:
    case Errc::no_space:
    case Errc::read_only:
    case Errc::io: return ExitCode::failed;
  }
  return ExitCode::failed;
}

const std::vector<ExitCodeRow>& exit_code_rows() {
  static const std::vector<ExitCodeRow> rows{
      {ExitCode::ok, "done"},
      {ExitCode::failed, "failed: the run, the disk, or a workspace that is not trusted"},
      {ExitCode::usage, "wrong usage: option, argument or value"},
      {ExitCode::not_found, "not found: workspace, schedule, run, mode, task or item"},
      {ExitCode::conflict, "conflict: taken, changed by someone else, or locked"},
      {ExitCode::limit_reached, "a limit is reached: budget, parallel runs, memory lines, size"},
      {ExitCode::problems_found, "a file is not valid, or a check found problems"},
      {ExitCode::escalation_open, "an escalation is open"},
      {ExitCode::second_engine, "another engine works in this workspace"},
      {ExitCode::timed_out, "the time was over"},
      {ExitCode::interrupted, "ended by SIGINT, or the run was cancelled"},
      {ExitCode::terminated, "ended by SIGTERM"},
  };
  return rows;
}

}  // namespace loopctl
