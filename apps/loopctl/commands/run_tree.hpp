// SPDX-License-Identifier: MIT
// `loopctl runs tree`: runs and what they delegated.
#pragma once

#include "invocation.hpp"

namespace loopctl {

loop::Result<ExitCode> run_tree(Invocation& call);

}  // namespace loopctl
