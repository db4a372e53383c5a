// SPDX-License-Identifier: MIT
// Finding the programs of others.
#include "harness/scene.hpp"

#include <unistd.h>

#include <cstdlib>
#include <sstream>

namespace loop::bench {

std::optional<std::string> Scene::find_program(const std::string& name) const {
  const char* path = std::getenv("PATH");
  // What Debian keeps out of a user's PATH: nginx.
  std::istringstream folders(std::string(path != nullptr ? path : "") + ":/usr/sbin");
  for (std::string folder; std::getline(folders, folder, ':');) {
    std::string candidate = folder;
    candidate += "/" + name;
    if (!folder.empty() && ::access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  return std::nullopt;
}

std::optional<std::string> Scene::find_peer(const std::string& relative) const {
  std::string file = peers + "/" + relative;
  if (peers.empty() || ::access(file.c_str(), R_OK) != 0) return std::nullopt;
  return file;
}

}  // namespace loop::bench
