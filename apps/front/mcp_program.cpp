// SPDX-License-Identifier: MIT
// The neighbour of this program.
#include "front/mcp_program.hpp"

#include <fmt/format.h>

#include <unistd.h>

namespace front {

namespace {

std::string neighbour(const Surroundings& surroundings) {
  return surroundings.program.substr(0, surroundings.program.rfind('/') + 1) + "loop-mcp";
}

}  // namespace

std::optional<std::vector<std::string>> mcp_command(const Surroundings& surroundings,
                                                    const std::string& root) {
  std::string program = neighbour(surroundings);
  if (::access(program.c_str(), X_OK) != 0) return std::nullopt;
  return std::vector<std::string>{std::move(program), "-C", root};
}

loop::Result<std::vector<std::string>> require_mcp_command(const Surroundings& surroundings,
                                                           const std::string& root) {
  if (auto command = mcp_command(surroundings, root)) return std::move(*command);
  return loop::Error(
      loop::Errc::not_found,
      fmt::format("{} is not there: install loop-mcp beside loopctl", neighbour(surroundings)));
}

}  // namespace front
