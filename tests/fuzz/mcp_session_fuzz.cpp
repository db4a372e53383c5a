// SPDX-License-Identifier: MIT
// A conversation of the MCP server: any bytes, in any pieces, and it goes on; what it says is in
// order.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "mcp/protocol/line_splitter.hpp"
#include "mcp/server/session.hpp"
#include "mcp/server/task_table.hpp"
#include "sim/sim_clock.hpp"
#include "sim/sim_random.hpp"

namespace {

namespace json = boost::json;

constexpr std::size_t kLineMax = 4096;

// Runs what it is given when it is told to, so that handlers and messages alternate.
class Later final : public mcp::WorkQueue {
 public:
  bool submit(std::function<void()> work) override {
    if (waiting_.size() >= 100) return false;
    waiting_.push_back(std::move(work));
    return true;
  }
  void run_one() {
    if (waiting_.empty()) return;
    const auto work = std::move(waiting_.front());
    waiting_.pop_front();
    work();
  }

 private:
  std::deque<std::function<void()>> waiting_;
};

class CheckedChannel final : public mcp::Channel {
 public:
  void send(const json::object& message, mcp::Delivery) override { check(message); }
  void send(const json::array& batch) override {
    LOOP_CHECK(!batch.empty());
    for (const json::value& message : batch) check(message.as_object());
  }

 private:
  static void check(const json::object& message) {
    LOOP_CHECK(message.at("jsonrpc") == "2.0");
    const bool is_answer = !message.contains("method");
    LOOP_CHECK(is_answer == (message.contains("result") || message.contains("error")));
    LOOP_CHECK(!(message.contains("result") && message.contains("error")));
    if (const json::value* id = message.if_contains("id")) LOOP_CHECK(!id->is_null());
    const std::string line = json::serialize(message);
    LOOP_CHECK(line.find('\n') == std::string::npos);
    json::parse(line);
  }
};

mcp::ServerDefinition definition() {
  mcp::ServerDefinition given{.implementation = {.name = "fuzz", .version = "1"}, .page_size = 1};
  for (const auto& [name, tasks] :
       {std::pair{"ask", mcp::TaskUse::when_slow}, std::pair{"work", mcp::TaskUse::always}}) {
    given.tools.push_back(
        {.name = name,
         .input_schema = {{"type", "object"}},
         .tasks = tasks,
         .run = [](mcp::Call& call, const json::object&) -> mcp::Reply<mcp::ToolResult> {
           call.report_progress(1, 2, "half");
           call.log(mcp::LogLevel::error, "fuzz", "said");
           if (call.answer("roots") == nullptr) {
             return mcp::InputRequired{{{"roots", {"roots/list", {}}}}, "state"};
           }
           return mcp::ToolResult{.content = {mcp::TextContent{call.state()}}};
         }});
  }
  given.prompts.push_back({.name = "p",
                           .get = [](mcp::Call&, const std::map<std::string, std::string>&)
                               -> mcp::Reply<mcp::PromptResult> { return mcp::PromptResult{}; }});
  return given;
}

constexpr std::string_view kBegin =
    R"({{"jsonrpc":"2.0","id":0,"method":"initialize","params":{{"protocolVersion":"{}","capabilities":{{"roots":{{}}}}}}}})";

}  // namespace

// The first byte chooses the revision, the size of the pieces and how far the handlers lag behind.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  Later work;
  loop::sim::SimClock clock{loop::Instant{}};
  loop::sim::SimRandom random{1};
  loop::NullLog log;
  mcp::Server server(definition(), {.work = work, .clock = clock, .random = random, .log = log});
  const auto channel = std::make_shared<CheckedChannel>();
  mcp::Session session(server, channel);
  const std::uint8_t choice = data[0];
  const auto revision = mcp::kRevisions.at(choice % mcp::kRevisions.size());
  if (!mcp::is_modern(revision)) {
    session.receive(fmt::format(kBegin, to_string(revision)), channel);
    session.receive(R"({"jsonrpc":"2.0","method":"notifications/initialized"})", channel);
  }
  mcp::LineSplitter lines(kLineMax);
  std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  const std::size_t piece = 1 + choice / 5;
  const auto take = [&](const mcp::LineSplitter::Line& line) {
    LOOP_CHECK(line.text.size() <= kLineMax);
    if (line.is_too_long) {
      session.receive_too_long(line.text, kLineMax, channel);
    } else {
      session.receive(line.text, channel);
    }
    if (choice % 2 == 0) work.run_one();
    clock.advance(std::chrono::milliseconds{300});
    session.promote_slow_calls();
  };
  while (!bytes.empty()) {
    lines.feed(bytes.substr(0, piece));
    bytes.remove_prefix(std::min(piece, bytes.size()));
    while (auto line = lines.next()) take(*line);
  }
  if (auto rest = lines.finish()) take(*rest);
  for (int left = 0; left < 200; ++left) work.run_one();
  session.end_questions();
  for (int left = 0; left < 200; ++left) work.run_one();
  LOOP_CHECK(session.in_flight() == 0);
  session.end_subscriptions();
  session.close();
  server.tasks().cancel_all();
  return 0;
}
