// SPDX-License-Identifier: MIT
// Telling what is wrong with a workspace.
#pragma once

#include "invocation.hpp"

namespace loopctl {

loop::Result<ExitCode> doctor(Invocation& call);

}  // namespace loopctl
