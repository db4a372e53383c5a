// SPDX-License-Identifier: MIT
// The built loop-mcp over HTTP.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "apps/loopctl_fixture.hpp"
#include "http/http_peer.hpp"

namespace loop::test {

// loop-mcp over HTTP on a free port, in a workspace of its own.
class HttpServerFixture {
 public:
  explicit HttpServerFixture(const std::vector<std::string>& words = {});

  std::uint16_t port() const { return port_; }
  HttpPeer connect() const { return HttpPeer(port_); }
  Program& program() { return *program_; }
  LoopctlFixture& workspace() { return workspace_; }

 private:
  LoopctlFixture workspace_;
  std::unique_ptr<Program> program_;
  std::uint16_t port_ = 0;
};

}  // namespace loop::test
