// SPDX-License-Identifier: MIT
// The neighbour of this program.
#include "front/mcp_program.hpp"

#include <fmt/format.h>

#include <unistd.h>

namespace front {

std::string mcp_program(const Surroundings& surroundings) {
  return surroundings.program.substr(0, surroundings.program.rfind('/') + 1) + "loop-mcp";
}

std::optional<std::vector<std::string>> mcp_command(const Surroundings& surroundings,
                                                    const std::string& root) {
  std::string program = mcp_program(surroundings);
  if (::access(program.c_str(), X_OK) != 0) return std::nullopt;
  return std::vector<std::string>{std::move(program), "-C", root};
}

loop::Result<std::vector<std::string>> require_mcp_command(const Surroundings& surroundings,
                                                           const std::string& root) {
  if (auto command = mcp_command(surroundings, root)) return std::move(*command);
  return loop::Error(
      loop::Errc::not_found,
      fmt::format("{} is not there: install loop-mcp beside loopctl", mcp_program(surroundings)));
}

}  // namespace front
