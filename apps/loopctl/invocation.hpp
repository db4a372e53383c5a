// SPDX-License-Identifier: MIT
// What the handler of a command gets.
#pragma once

#include <memory>
#include <string>

#include "arguments.hpp"
#include "exit_codes.hpp"
#include "front/session.hpp"
#include "output.hpp"

namespace loopctl {

struct Invocation {
  const Command& command;
  const Arguments& arguments;
  const front::Surroundings& surroundings;
  Output& output;

  bool is_dry_run() const { return arguments.has("dry-run"); }
  // The workspace at or above the directory of -C, LOOP_ROOT, or the working directory.
  loop::Result<std::unique_ptr<front::Session>> open_session() {
    return front::Session::open(surroundings, arguments.text("directory"),
                                {.settings = arguments.texts("set")},
                                std::make_unique<StderrLog>(output, true));
  }
  // Exactly this directory.
  loop::Result<std::unique_ptr<front::Session>> open_root(const std::string& root) {
    return front::Session::open_root(root, surroundings, {.settings = arguments.texts("set")},
                                     std::make_unique<StderrLog>(output, true));
  }
};

}  // namespace loopctl
