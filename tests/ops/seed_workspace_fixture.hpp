// SPDX-License-Identifier: MIT
// The files of the original system, as they were left, in a simulated workspace.
#pragma once

#include "sim/engine/world.hpp"

namespace loop::test {

// False, with a warning, where the fixture is not at hand.
bool put_seed_workspace(sim::World& world);

}  // namespace loop::test
