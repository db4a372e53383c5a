// SPDX-License-Identifier: MIT
// An engine, opened for the program that runs its loop.
#pragma once

#include <memory>

#include "front/session.hpp"
#include "loop/engine/engine.h"
#include "loop/engine/engine_loop.h"

namespace front {

struct OpenEngine {
  std::unique_ptr<Session> session;  // outlives the engine
  std::unique_ptr<loop::Engine> engine;
  loop::EngineLoopOptions options;  // as far as they are the same for every program
};

// locked: another engine works in this workspace.
loop::Result<OpenEngine> open_engine(std::unique_ptr<Session> session);

}  // namespace front
