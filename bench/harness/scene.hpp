// SPDX-License-Identifier: MIT
// Where a row is measured: its folder, its size, the product's programs and the peers' programs.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace loop::bench {

// smoke: only whether the results are right. quick: seconds a row. full: the sizes of the goals.
enum class Scale { smoke, quick, full };

struct Scene {
  std::string scratch;  // absolute; a folder of the row's own on the disk under test
  std::string product;  // absolute; the folder of loopctl and loop-mcp
  std::string peers;  // absolute; where bench/install-peers.sh puts packages of npm and the corpus
  Scale scale = Scale::full;
  std::chrono::milliseconds round{500};  // about how long one round of a rate lasts
  bool only_ours = false;                // contenders that are not ours need not be prepared

  template <class T>
  T sized(T smoke, T quick, T full) const {
    return scale == Scale::smoke ? smoke : scale == Scale::quick ? quick : full;
  }

  std::string product_program(const std::string& name) const { return product + "/" + name; }
  // In PATH; nothing when it is not installed.
  std::optional<std::string> find_program(const std::string& name) const;
  // A file below `peers`; nothing when it is not there.
  std::optional<std::string> find_peer(const std::string& relative) const;
};

}  // namespace loop::bench
