// SPDX-License-Identifier: MIT
// A program of someone else that needs the lowest layer only.
#include <cstdio>
#include <string>

#include "loop/base/time.h"
#include "loop/base/version.h"

int main() {
  const auto duration = loop::parse_duration("1h30m");
  if (!duration || *duration != std::chrono::minutes{90}) return 1;

  std::printf("loop %s\n", std::string(loop::version()).c_str());
  return 0;
}
