// SPDX-License-Identifier: MIT
// Whether the tests run in their long form: LOOP_LONG=1 in the environment.
#pragma once

#include <cstdlib>
#include <string_view>

namespace loop::test {

inline bool is_long_form() {
  const char* wanted = std::getenv("LOOP_LONG");
  return wanted != nullptr && std::string_view(wanted) == "1";
}

}  // namespace loop::test
