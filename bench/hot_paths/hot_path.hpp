// SPDX-License-Identifier: MIT
// Work whose cost is counted in instructions and system calls, so that a change of it is seen on
// any machine, however busy.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "loop/base/result.h"

namespace loop::bench {

struct HotPath {
  std::string name;
  std::string what;
  int few = 10, many = 110;  // the cost of one is the difference over many - few
  // Makes what is needed in an empty folder, does the work so often, looks at the result.
  std::function<Status(const std::string& folder, int times)> run;
};

std::vector<HotPath> hot_paths();

}  // namespace loop::bench
