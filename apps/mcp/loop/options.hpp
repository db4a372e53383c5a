// SPDX-License-Identifier: MIT
// The command line of the server.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "loop/base/result.h"
#include "http_serving.hpp"
#include "loop_tools.hpp"

namespace loop_mcp {

struct Options {
  std::optional<std::string> directory;
  ToolSelection selection;
  std::optional<HttpWish> http{};  // nothing: standard input and output
  bool wants_info = false;
  bool wants_help = false;
  bool wants_version = false;
};

// invalid_argument names the word and what is allowed.
loop::Result<Options> parse_options(const std::vector<std::string>& words);

std::string help_text();

}  // namespace loop_mcp
