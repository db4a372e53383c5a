// SPDX-License-Identifier: MIT
// Telling what is wrong with a workspace.
#pragma once

#include "session.hpp"

namespace loopctl {

loop::Result<ExitCode> doctor(Invocation& call);

}  // namespace loopctl
