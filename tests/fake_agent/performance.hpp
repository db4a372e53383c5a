// SPDX-License-Identifier: MIT
// A scenario in a dialect, as steps that a player carries out.
#pragma once

#include <string>
#include <vector>

#include "fake_agent/dialect.hpp"
#include "fake_agent/scenario.hpp"

namespace fake_agent {

struct Step {
  enum class Kind {
    out,          // bytes to stdout
    err,          // bytes to stderr
    pause,        // long enough for a reader to look
    ignore_term,  // from now on
    grandchild,   // a process in a session of its own that keeps stdout open
    wait,         // for ever
  } kind = Kind::out;
  std::string bytes;
};

struct Performance {
  std::vector<Step> steps;
  int exit_code = 0;
};

struct Part {
  Scenario scenario = Scenario::ok;
  Figures figures;
  std::string answer;
  std::string message;  // of a failure; empty: the dialect's own
};

Performance perform(const Dialect& dialect, const Part& part);

}  // namespace fake_agent
