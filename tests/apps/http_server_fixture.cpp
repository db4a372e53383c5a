// SPDX-License-Identifier: MIT
// Started as a user does; the first line says the port.
#include "apps/http_server.hpp"

#include "support/catch.hpp"

namespace loop::test {

HttpServerFixture::HttpServerFixture(const std::vector<std::string>& words) {
  workspace_.make_workspace();
  ProgramSpec spec = workspace_.spec({});
  spec.argv = {LOOP_MCP, "--http", "127.0.0.1:0"};
  spec.argv.insert(spec.argv.end(), words.begin(), words.end());
  program_ = std::make_unique<Program>(spec);
  const auto line = program_->next_line();
  REQUIRE(line);
  const std::size_t begin = line->find("127.0.0.1:");
  REQUIRE(begin != std::string::npos);
  port_ = static_cast<std::uint16_t>(std::stoi(line->substr(begin + 10)));
}

}  // namespace loop::test
