// SPDX-License-Identifier: MIT
// The operation that shows one run, with the end of its output.
#pragma once

#include <string>

#include "loop/ops/operation.h"
#include "loop/ops/run_answer.h"

namespace loop {

struct GetRunRequest {
  RunId run_id;
  int output_lines = 40;
};

struct GetRunAnswer {
  RunAnswer run;
  std::string answer;     // the last thing the agent said
  std::string output;     // the last lines of its standard output
  std::string sandbox;    // what confined its last attempt, in words
  std::string limits;     // the same of resources
  std::string cgroup;     // control group of its last attempt; empty: none, ended by signals
  std::string directory;  // of the run, relative to the workspace's root
};

inline constexpr int kRunOutputLinesMax = 1000;
inline constexpr std::size_t kRunOutputBytesMax = 256 * 1024;

// not_found for an unknown run.
Result<GetRunAnswer> get_run(const OperationContext& context, const GetRunRequest& request);

}  // namespace loop
