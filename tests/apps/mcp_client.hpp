// SPDX-License-Identifier: MIT
// A client of the built server: a live process, asked and heard line by line, each message held
// against its schema.
#pragma once

#include <deque>
#include <functional>
#include <string>
#include <string_view>

#include <boost/json.hpp>

#include "mcp/tap/schema_tap.hpp"
#include "support/program.hpp"

namespace loop::test {

class McpClient {
 public:
  // `spec` is that of loopctl in a workspace; the server gets `words`.
  explicit McpClient(ProgramSpec spec, const std::vector<std::string>& words = {});

  // One message of the era that it shows; legacy ones are of 2025-11-25.
  void send(std::string_view message);
  // initialize and initialized, in revision 2025-11-25.
  void begin();
  // A request of the modern era, of a client that knows tasks. Gives its id.
  std::int64_t post(std::string_view method, boost::json::object params = {});
  // A request of the legacy era; gives its id.
  std::int64_t post_legacy(std::string_view method, boost::json::object params = {});

  // The first message, of those not taken yet or to come, that fits; fails the test when none comes
  // in time. Others are kept.
  boost::json::object take(const std::function<bool(const boost::json::object&)>& fits);
  boost::json::object answer_to(std::int64_t id);
  boost::json::object notification(std::string_view method);
  // The result of a modern request; fails the test when it is an error.
  boost::json::object ask(std::string_view method, boost::json::object params = {});
  boost::json::object call(std::string_view tool, boost::json::object arguments = {});

  Program& program() { return program_; }

 private:
  boost::json::object next_message();

  Program program_;
  mcp::test::SchemaTap tap_;
  std::int64_t last_id_ = 0;
  std::deque<boost::json::object> kept_;
};

}  // namespace loop::test
