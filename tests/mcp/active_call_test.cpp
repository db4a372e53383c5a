// SPDX-License-Identifier: MIT
// A call and its channel: what is told while it is open, and nothing afterwards.
#include "mcp/server/active_call.hpp"

#include "mcp/conversation.hpp"

using namespace mcp;
using namespace mcp::test;
namespace json = boost::json;

namespace {

struct OpenCall {
  std::shared_ptr<KeptChannel> channel = std::make_shared<KeptChannel>();
  ActiveCall call{{.id = RequestId(1),
                   .revision = kNewestLegacy,
                   .channel = channel,
                   .wants_log = [](LogLevel) { return true; }}};
};

}  // namespace

TEST_CASE("a call may let its client go as long as it is open") {
  OpenCall open;
  open.call.close_stream();
  CHECK(open.channel->times_detached == 1);
  open.call.log(LogLevel::info, "test", "kept for the client");
  CHECK(open.call.answer(json::object{{"id", 1}}));
  CHECK(open.channel->messages.size() == 2);
  open.call.close_stream();
  CHECK(open.channel->times_detached == 1);
}

TEST_CASE("a call that was cancelled or became a task lets nobody go") {
  OpenCall cancelled;
  CHECK(cancelled.call.cancel());
  cancelled.call.close_stream();
  CHECK(cancelled.channel->times_detached == 0);

  OpenCall task;
  CHECK(task.call.become_task("task-1", {}, [](std::string_view) {}));
  task.call.close_stream();
  CHECK(task.channel->times_detached == 0);
}
