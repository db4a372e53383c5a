// SPDX-License-Identifier: MIT
// The exit codes of loopctl, and the one translation of errors to them.
#pragma once

#include <string_view>
#include <vector>

#include "loop/base/error.h"

namespace loopctl {

enum class ExitCode : int {
  ok = 0,
  failed = 1,
  usage = 2,
  not_found = 3,
  conflict = 4,
  limit_reached = 5,
  problems_found = 7,
  escalation_open = 8,
  second_engine = 75,  // EX_TEMPFAIL: a supervisor tries again
  timed_out = 124,
  interrupted = 130,
  terminated = 143,
};

ExitCode exit_code_of(loop::Errc code) noexcept;

struct ExitCodeRow {
  ExitCode code;
  std::string_view meaning;
};
const std::vector<ExitCodeRow>& exit_code_rows();

}  // namespace loopctl
