// SPDX-License-Identifier: MIT
// Calling an operation from the command line.
#pragma once

#include "invocation.hpp"

namespace loopctl {

// The handler of every command that is made of an operation.
loop::Result<ExitCode> call_operation_command(Invocation& call);

}  // namespace loopctl
