// SPDX-License-Identifier: MIT
// A session without a transport: lines in, messages out, each held against its schema.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/json.hpp>

#include "mcp/tap/schema_tap.hpp"
#include "mcp/server/session.hpp"
#include "sim/sim_clock.hpp"
#include "sim/sim_random.hpp"
#include "support/catch.hpp"

namespace mcp::test {

// Work waits until the test lets it run.
class HeldWork final : public WorkQueue {
 public:
  bool submit(std::function<void()> work) override {
    if (waiting.size() >= waiting_max) return false;
    waiting.push_back(std::move(work));
    return true;
  }
  void run_all() {
    while (!waiting.empty()) {
      const auto work = std::move(waiting.front());
      waiting.pop_front();
      work();
    }
  }
  std::deque<std::function<void()>> waiting;
  std::size_t waiting_max = 100;
};

class KeptChannel final : public Channel {
 public:
  void send(const boost::json::object& message, Delivery) override { messages.push_back(message); }
  void send(const boost::json::array& batch) override { messages.push_back(batch); }
  void let_client_go() override { ++times_detached; }
  std::vector<boost::json::value> messages;
  int times_detached = 0;
};

// What the operator would see.
class KeptLog final : public loop::Log {
 public:
  void write(loop::LogLevel, std::string_view message) override { lines.emplace_back(message); }
  std::vector<std::string> lines;
};

class Conversation {
 public:
  explicit Conversation(ServerDefinition definition);

  // One line; what is submitted runs at once unless `hold` is set. It has to match the schema of
  // its revision.
  void say(std::string_view line) { say(line, Form::right); }
  // One that is no message of its revision, on purpose.
  void say_wrong(std::string_view line) { say(line, Form::wrong); }
  // The messages since the last look.
  std::vector<boost::json::value> heard();
  // The only message since the last look, as an object.
  boost::json::object answer();

  boost::json::object ask(std::string_view line) {
    say(line);
    return answer();
  }
  boost::json::object ask_wrong(std::string_view line) {
    say_wrong(line);
    return answer();
  }
  // initialize and initialized; `capabilities` as the text of an object.
  void begin(Revision revision, std::string_view capabilities = "{}");
  // A modern request: `params` and `meta` as the text of an object's members.
  static std::string modern(std::string_view id, std::string_view method,
                            std::string_view params = {}, std::string_view meta = {},
                            std::string_view capabilities = "{}");

  bool hold = false;
  HeldWork work;
  loop::sim::SimClock clock{loop::parse_instant("2026-03-01T12:00:00Z").value()};
  loop::sim::SimRandom random{1};
  KeptLog log;
  Server server;
  std::shared_ptr<KeptChannel> channel = std::make_shared<KeptChannel>();
  std::unique_ptr<Session> session = std::make_unique<Session>(server, channel);

 private:
  enum class Form { right, wrong };
  void say(std::string_view line, Form form);

  SchemaTap tap_;
  Revision revision_ = kNewestLegacy;
};

}  // namespace mcp::test
